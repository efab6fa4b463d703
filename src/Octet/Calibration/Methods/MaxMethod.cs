using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>tpu-mlir's "max": the largest magnitude is the limit of both sides.</summary>
public sealed record MaxMethod : CalibrationMethod
{
    public override string Name => "max";

    public override string Description => "the largest magnitude seen, on both sides of zero (tpu-mlir)";

    public override Statistic Needs => new Statistic.Extremes();

    protected override ValueRange Choose(IObserver observer, QuantizationSpec spec) =>
        new(observer.Range.Low < 0 ? -observer.Range.Magnitude : 0, observer.Range.Magnitude);
}
