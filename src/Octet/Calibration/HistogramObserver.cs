using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>Keeps the distribution of all values, from which any threshold method can choose a range.</summary>
/// <param name="bins">See <see cref="Histogram"/>.</param>
public sealed class HistogramObserver(int bins = Histogram.DefaultBins) : IObserver
{
    public Histogram Histogram { get; } = new(bins);

    public ValueRange Range => Histogram.Range;

    public void Observe(ReadOnlySpan<float> values, int sample) => Histogram.Add(values);

    public void Merge(IObserver other) => Histogram.Merge(((HistogramObserver)other).Histogram);
}
