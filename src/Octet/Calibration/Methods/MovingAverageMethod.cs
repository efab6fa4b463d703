using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>The average of the samples' ranges, later samples moving it by a small share; see
/// <see cref="MovingAverageMinMaxObserver"/>.</summary>
/// <param name="Share">How far one sample moves the average, 0 to 1.</param>
public sealed record MovingAverageMethod(float Share = MovingAverageMinMaxObserver.DefaultShare) : CalibrationMethod
{
    /// <inheritdoc/>
    public override string Name => "moving-average";

    /// <inheritdoc/>
    public override string Description => "the extremes of each sample, averaged in the order of the samples";

    /// <inheritdoc/>
    public override Statistic Needs => new Statistic.SampleExtremes();

    /// <inheritdoc/>
    protected override ValueRange Choose(IObserver observer, QuantizationSpec spec) =>
        ((MovingAverageMinMaxObserver)observer).Average(Share);
}
