using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>Keeps the smallest and the largest value of all samples.</summary>
public sealed class MinMaxObserver : IObserver
{
    public ValueRange Range { get; private set; } = ValueRange.Nothing;

    public void Observe(ReadOnlySpan<float> values, int sample) =>
        Range = Range.Union(CalibrationException.ThrowIfNotFinite(MinMax.Of(values)));

    public IObserver CreateEmpty() => new MinMaxObserver();

    public void Merge(IObserver other) => Range = Range.Union(((MinMaxObserver)other).Range);
}
