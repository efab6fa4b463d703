using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>tpu-mlir's "max": the largest magnitude is the limit of both sides.</summary>
public sealed record MaxMethod : CalibrationMethod
{
    /// <inheritdoc/>
    public override string Name => "max";

    /// <inheritdoc/>
    public override string Description => "the largest magnitude seen, on both sides of zero (tpu-mlir)";

    /// <inheritdoc/>
    public override Statistic Needs => new Statistic.Extremes();

    /// <inheritdoc/>
    protected override ValueRange Choose(IObserver observer, QuantizationSpec spec) =>
        new(observer.Range.Low < 0 ? -observer.Range.Magnitude : 0, observer.Range.Magnitude);
}
