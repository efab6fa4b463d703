using System.Numerics;
using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>How often values of each size were seen: an exact count in equally wide bins, whatever the order in which values
/// came.</summary>
/// <remarks>
/// Bins meet at zero and are 2^<see cref="WidthExponent"/> wide, so that two neighbours make one bin of the next width. When a value falls
/// outside, bins merge pair by pair until it fits; no value is seen twice and none is moved to a bin it does not belong to. In the end the
/// width depends only on the largest magnitude and each count only on the values: any order, any division into batches and any tree of
/// merges give the same bits. Memory is constant. The bin of a positive x is <c>⌊x / width⌋</c>; negative values mirror them. Exact zeros,
/// which every integer format represents without error, are counted beside the bins.
/// </remarks>
public sealed class Histogram
{
    /// <summary>Of one side. The largest magnitude lies in the upper half of them.</summary>
    public const int DefaultBins = 2048;

    /// <summary>Of one side.</summary>
    internal const int MaxBins = 65536;

    /// <summary>Narrower bins would need a scale factor beyond float's range; so smaller values than 2⁻¹²⁶, which are not normal, share one
    /// bin.</summary>
    const int MinWidthExponent = -126;

    readonly long[] _counts;

    /// <param name="bins">Bins of one side: a power of two, 16 to 65536.</param>
    public Histogram(int bins = DefaultBins)
    {
        if (!IsPossible(bins)) throw new ArgumentOutOfRangeException(nameof(bins), bins, "must be a power of two, 16 to 65536");
        Bins = bins;
        _counts = new long[2 * bins];
    }

    /// <summary>Whether a histogram can have so many bins on one side.</summary>
    internal static bool IsPossible(int bins) => BitOperations.IsPow2(bins) && bins is >= 16 and <= MaxBins;

    /// <summary>Whether values of such a range give bins of such a width.</summary>
    internal static bool IsPossible(int bins, int widthExponent, ValueRange range) =>
        widthExponent == ExponentFor(range.IsNothing ? 0 : range.Magnitude, bins);

    /// <summary>A histogram as it was when it was stored; the parts have to suit each other.</summary>
    internal static Histogram Of(int bins, int widthExponent, ValueRange range, long zeros, int firstBin, ReadOnlySpan<long> counts)
    {
        var histogram = new Histogram(bins) { WidthExponent = widthExponent, Range = range, Zeros = zeros, Count = zeros };
        counts.CopyTo(histogram._counts.AsSpan(bins + firstBin));
        foreach (var count in counts) histogram.Count += count;
        return histogram;
    }

    /// <summary>Bins of one side.</summary>
    public int Bins { get; }

    /// <summary>The base-2 logarithm of the width of a bin.</summary>
    public int WidthExponent { get; private set; } = MinWidthExponent;

    /// <summary>The width of a bin, in the unit of the values.</summary>
    public double BinWidth => Math.ScaleB(1, WidthExponent);

    /// <summary>The exact smallest and largest value, counted or not; nothing before the first.</summary>
    public ValueRange Range { get; private set; } = ValueRange.Nothing;

    /// <summary>Number of values counted, zeros included.</summary>
    public long Count { get; private set; }

    /// <summary>Number of values that were exactly zero.</summary>
    public long Zeros { get; private set; }

    /// <summary>Bins of negative values, outermost first, then those of positive values, innermost first.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>The count of one bin, which spans <c>bin · BinWidth</c> to <c>(bin + 1) · BinWidth</c>.</summary>
    /// <param name="bin">−<see cref="Bins"/>..<see cref="Bins"/> − 1.</param>
    public long this[int bin] => _counts[Bins + bin];

    /// <summary>Counts values.</summary>
    /// <exception cref="CalibrationException">A value is not finite.</exception>
    public void Add(ReadOnlySpan<float> values)
    {
        // A part fits the cache, so that finding its range and counting it read memory once.
        for (; !values.IsEmpty; values = values[Math.Min(values.Length, HistogramKernel.MaxLength)..])
        {
            var part = values[..Math.Min(values.Length, HistogramKernel.MaxLength)];
            var range = CalibrationException.ThrowIfNotFinite(MinMax.Of(part));
            Widen(ExponentFor(range.Magnitude, Bins));
            Count += part.Length;
            Zeros += part.Length - HistogramKernel.Count(part, range, MathF.ScaleB(1, -WidthExponent), _counts);
            Range = Range.Union(range);
        }
    }

    /// <summary>Takes in the extremes of values that are not counted, or not all of them.</summary>
    internal void Extend(ValueRange range)
    {
        Widen(ExponentFor(range.Magnitude, Bins));
        Range = Range.Union(range);
    }

    /// <summary>The histogram of the same values with fewer bins: bit for bit what counting them anew would give.</summary>
    /// <param name="bins">Of one side; not more than this histogram's.</param>
    internal Histogram Folded(int bins)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bins, Bins);
        var folded = new Histogram(bins)
        {
            WidthExponent = ExponentFor(Range.IsNothing ? 0 : Range.Magnitude, bins),
            Range = Range,
            Zeros = Zeros,
            Count = Count,
        };
        var halvings = folded.WidthExponent - WidthExponent;
        for (var bin = -Bins; bin < Bins; bin++)
        {
            if (this[bin] > 0) folded._counts[bins + Merged(bin, halvings)] += this[bin];
        }
        return folded;
    }

    /// <summary>Adds all that another histogram has seen.</summary>
    /// <param name="other">With as many bins.</param>
    public void Merge(Histogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Bins != Bins)
            throw new ArgumentException($"a histogram of {other.Bins} bins cannot be merged into one of {Bins}", nameof(other));
        Widen(other.WidthExponent);
        var halvings = WidthExponent - other.WidthExponent;
        for (var bin = -Bins; bin < Bins; bin++) _counts[Bins + Merged(bin, halvings)] += other[bin];
        Count += other.Count;
        Zeros += other.Zeros;
        Range = Range.Union(other.Range);
    }

    /// <summary>The least width at which the magnitude lies inside the bins.</summary>
    static int ExponentFor(float magnitude, int bins) =>
        magnitude == 0 ? MinWidthExponent : Math.Max(MinWidthExponent, MathF.ILogB(magnitude) + 1 - BitOperations.Log2((uint)bins));

    void Widen(int exponent)
    {
        var halvings = exponent - WidthExponent;
        if (halvings <= 0) return;
        WidthExponent = exponent;
        if (Range.Magnitude == 0 || Count == 0) return;
        // From the middle outwards on both sides, so that each target lies behind what is still to be read.
        for (var bin = 0; bin < Bins; bin++)
        {
            Move(bin, halvings);
            Move(~bin, halvings);
        }
    }

    void Move(int bin, int halvings)
    {
        var count = _counts[Bins + bin];
        _counts[Bins + bin] = 0;
        _counts[Bins + Merged(bin, halvings)] += count;
    }

    /// <summary>The shift rounds down, which on the negative side is outwards: −1 stays −1, −2 becomes −1, −3 becomes −2.</summary>
    static int Merged(int bin, int halvings) => bin >> Math.Min(halvings, 31);
}
