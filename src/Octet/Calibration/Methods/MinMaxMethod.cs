using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>All that was seen is represented; nothing saturates. Any observer will do.</summary>
public sealed record MinMaxMethod : CalibrationMethod
{
    /// <inheritdoc/>
    public override string Name => "minmax";

    /// <inheritdoc/>
    public override string Description => "the smallest and the largest value seen";

    /// <inheritdoc/>
    public override Statistic Needs => new Statistic.Extremes();

    /// <inheritdoc/>
    protected override ValueRange Choose(IObserver observer, QuantizationSpec spec) => observer.Range;
}
