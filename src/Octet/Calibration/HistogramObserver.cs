using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>Keeps the distribution of values, from which any threshold method can choose a range.</summary>
/// <remarks>
/// Of a tensor of at least twice <see cref="CountedOfLarge"/> elements, a part is counted that is spread evenly over it; its smallest and
/// largest value are found among all elements. Counting takes ten times as long as finding the extremes, and some thousand elements of each
/// sample tell a distribution as well as a million do. Which elements are counted depends only on their places, so that the result is the
/// same bits for any order of samples and number of threads.
/// </remarks>
public sealed class HistogramObserver : IObserver
{
    /// <summary>About how many elements are counted of a large tensor, for each sample.</summary>
    public const int CountedOfLarge = 1 << 13;

    /// <param name="bins">See <see cref="Calibration.Histogram"/>.</param>
    public HistogramObserver(int bins = Histogram.DefaultBins) => Histogram = new(bins);

    internal HistogramObserver(Histogram histogram) => Histogram = histogram;

    /// <summary>What was counted so far.</summary>
    public Histogram Histogram { get; }

    /// <inheritdoc/>
    public ValueRange Range => Histogram.Range;

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<float> values, int sample)
    {
        if (IsCountedInFull(values))
        {
            Histogram.Add(values);
            return;
        }
        Histogram.Extend(CalibrationException.ThrowIfNotFinite(MinMax.Of(values)));
        CountPart(values);
    }

    /// <summary>Observes values whose extremes are known to lie within those seen before, which need not be looked for.</summary>
    internal void ObserveWithinRange(ReadOnlySpan<float> values)
    {
        if (IsCountedInFull(values)) Histogram.Add(values);
        else CountPart(values);
    }

    /// <inheritdoc/>
    public IObserver CreateEmpty() => new HistogramObserver(Histogram.Bins);

    /// <inheritdoc/>
    public void Merge(IObserver other) => Histogram.Merge(((HistogramObserver)other).Histogram);

    static bool IsCountedInFull(ReadOnlySpan<float> values) => values.Length < 2 * CountedOfLarge;

    void CountPart(ReadOnlySpan<float> values)
    {
        var sampling = new EvenSampling(values.Length, CountedOfLarge);
        using var scratch = new Scratch<float>(sampling.Count);
        sampling.Take(values, scratch.Span);
        Histogram.Add(scratch.Span);
    }
}
