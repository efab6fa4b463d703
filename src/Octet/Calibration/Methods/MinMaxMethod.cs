using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>All that was seen is represented; nothing saturates.</summary>
public sealed record MinMaxMethod : CalibrationMethod
{
    public override string Name => "minmax";

    public override string Description => "the smallest and the largest value seen";

    public override Statistic Needs => new Statistic.Extremes();

    public override ValueRange RangeOf(IObserver observer, QuantizationSpec spec) => CalibrationException.ThrowIfNothing(((MinMaxObserver)observer).Range);
}
