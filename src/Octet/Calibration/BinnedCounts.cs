using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>Counts in equally wide bins that lie anywhere: what the threshold searches of other tools work on, each on a grid of its
/// own.</summary>
/// <param name="Low">The lower edge of the first bin.</param>
/// <param name="Width">The width of a bin.</param>
/// <param name="Counts">One a bin; whole numbers but for those of tools that interpolate.</param>
/// <remarks>
/// Other tools choose the grid by what they have seen so far, so that their histograms depend on the order of samples. Here the grid
/// follows from what was seen in the end. Values of a bin of the histogram count as evenly spread, up to the exact extremes, but each goes
/// into one bin as a whole; a histogram of 16384 bins a side is 4 to 8 times finer than the 2048 bins of those tools.
/// </remarks>
sealed record BinnedCounts(double Low, double Width, double[] Counts)
{
    /// <summary>Bins a side of histograms that are laid onto the grids of other tools.</summary>
    public const int SourceBins = 16384;

    public double Total => Counts.Sum();

    /// <summary>The lower edge of bin <paramref name="bin"/>, 0 to the number of bins.</summary>
    public double Edge(int bin) => Low + bin * Width;

    /// <summary>Lays a histogram onto a grid; what lies outside goes into the outermost bins.</summary>
    /// <param name="histogram">Has counted a value.</param>
    /// <param name="low">The lower edge of the first bin.</param>
    /// <param name="width">The width of a bin; greater than zero.</param>
    /// <param name="bins">How many.</param>
    public static BinnedCounts Of(Histogram histogram, double low, double width, int bins) =>
        Of(histogram, low, width, bins, magnitudes: false, zeros: true);

    /// <summary>Lays the magnitudes of a histogram's values onto a grid.</summary>
    /// <param name="histogram">Has counted a value.</param>
    /// <param name="low">The lower edge of the first bin.</param>
    /// <param name="width">The width of a bin; greater than zero.</param>
    /// <param name="bins">How many.</param>
    /// <param name="zeros">Whether exact zeros count.</param>
    public static BinnedCounts OfMagnitudes(Histogram histogram, double low, double width, int bins, bool zeros) =>
        Of(histogram, low, width, bins, magnitudes: true, zeros);

    static BinnedCounts Of(Histogram histogram, double low, double width, int bins, bool magnitudes, bool zeros)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        var counts = new double[bins];
        var seen = histogram.Range;
        for (var bin = -histogram.Bins; bin < histogram.Bins; bin++)
        {
            if (histogram[bin] == 0) continue;
            var (from, to) = (Math.Max(bin * histogram.BinWidth, seen.Low), Math.Min((bin + 1) * histogram.BinWidth, seen.High));
            if (magnitudes && bin < 0) (from, to) = (-to, -from);
            Spread(histogram[bin], (from - low) / width, (to - low) / width, counts);
        }
        if (zeros && histogram.Zeros > 0) Spread(histogram.Zeros, -low / width, -low / width, counts);
        return new(low, width, counts);
    }

    /// <param name="count">How many values lie there.</param>
    /// <param name="from">In bins from the lower edge of the first.</param>
    /// <param name="to">Not less.</param>
    /// <param name="counts">Receives the shares.</param>
    static void Spread(double count, double from, double to, double[] counts)
    {
        var (first, last) = (BinAt(from), BinAt(to));
        if (first == last)
        {
            counts[first] += count;
            return;
        }
        var done = 0.0;
        for (var bin = first; bin <= last; bin++)
        {
            // Rounding what lies below an edge, rather than each share, loses no value and splits none.
            var below = bin == last ? count : Math.Round(count * (bin + 1 - from) / (to - from));
            counts[bin] += below - done;
            done = below;
        }

        int BinAt(double position) => (int)Math.Clamp(Math.Floor(position), 0, counts.Length - 1);
    }
}
