using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>A range that was known beforehand, whatever is seen.</summary>
/// <param name="Low">The least real value to represent.</param>
/// <param name="High">The greatest real value to represent.</param>
public sealed record ConstantMethod(float Low, float High) : CalibrationMethod
{
    /// <inheritdoc/>
    public override string Name => "constant";

    /// <inheritdoc/>
    public override string Description => "a range that is known beforehand";

    /// <inheritdoc/>
    public override Statistic Needs => new Statistic.Extremes();

    /// <inheritdoc/>
    protected override ValueRange Choose(IObserver observer, QuantizationSpec spec) => new(Low, High);
}
