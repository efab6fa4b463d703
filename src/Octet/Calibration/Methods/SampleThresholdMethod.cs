using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>A method that finds a limit of magnitudes for each sample, and takes their mean.</summary>
/// <param name="Bits">Of the integers; a plan sets those of the value.</param>
public abstract record SampleThresholdMethod(int Bits) : CalibrationMethod
{
    /// <inheritdoc/>
    public sealed override CalibrationMethod For(QuantizationSpec spec, int index, int count) => this with { Bits = spec.Bits };

    /// <inheritdoc/>
    public sealed override Statistic Needs => new Statistic.SampleThresholds(this);

    /// <summary>The limit for the values of one sample.</summary>
    /// <param name="values">All that the tensor holds in that sample; finite, not empty.</param>
    internal abstract double ThresholdOf(ReadOnlySpan<float> values);

    /// <inheritdoc/>
    /// <remarks>Where all values are equal, a method that goes by their spread gives zero; then all is represented.</remarks>
    protected override ValueRange Choose(IObserver observer, QuantizationSpec spec)
    {
        var limit = (float)((SampleThresholdObserver)observer).Mean;
        return limit > 0 ? observer.Range.Within(limit) : observer.Range;
    }
}
