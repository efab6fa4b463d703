using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>Keeps the smallest and the largest value of all samples.</summary>
public sealed class MinMaxObserver : IObserver
{
    /// <inheritdoc/>
    public ValueRange Range { get; private set; } = ValueRange.Nothing;

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<float> values, int sample) =>
        Range = Range.Union(CalibrationException.ThrowIfNotFinite(MinMax.Of(values)));

    /// <inheritdoc/>
    public IObserver CreateEmpty() => new MinMaxObserver();

    /// <inheritdoc/>
    public void Merge(IObserver other) => Range = Range.Union(((MinMaxObserver)other).Range);
}
