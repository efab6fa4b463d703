using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>tpu-mlir's KLD: of some limits, multiples of 128 bins in 8 bits, the one at which saturating and rounding magnitudes loses the
/// least information.</summary>
/// <remarks>
/// <see cref="GridMethod.SearchBins"/> is its <c>--histogram_bin_num</c>. The original counts magnitudes in 2048 bins of width largest /
/// 2047, rounds to the nearest bin, and leaves zeros out. It adds bins when the range grows without moving what it has counted, and so
/// depends on the order of samples; this does not. The limit never exceeds the largest magnitude.
/// Source: tpu-mlir, calibration_math.cpp (kl_diversity_hist) and kld_calibrator.py (find_threshold).
/// </remarks>
public sealed record KldMethod : GridMethod
{
    /// <summary>Histograms that grew larger are halved until they have no more bins.</summary>
    const int MaxSearchBins = 131072;

    /// <inheritdoc/>
    public override string Name => "kld";

    /// <inheritdoc/>
    public override string Description => "the limit of magnitudes that keeps most of the distribution (tpu-mlir's KLD)";

    /// <inheritdoc/>
    protected override ValueRange Choose(Histogram histogram, QuantizationSpec spec)
    {
        double largest = histogram.Range.Magnitude;
        var width = largest / (SearchBins - 1);
        var threshold = Search(BinnedCounts.OfMagnitudes(histogram, -width / 2, width, SearchBins, zeros: false).Counts, width, spec.Bits);
        return histogram.Range.Within((float)Math.Min(threshold, largest));
    }

    /// <summary>The search over any histogram of magnitudes.</summary>
    /// <param name="counts">Bin i holds magnitudes that are nearest to i · <paramref name="width"/>; without zeros.</param>
    /// <param name="width">The width of a bin.</param>
    /// <param name="bits">Of the integers, sign included.</param>
    internal static double Search(double[] counts, double width, int bits)
    {
        var levels = 1 << (bits - 1);
        counts = Padded(counts, levels);
        while (counts.Length > MaxSearchBins)
        {
            counts = Padded([.. counts.Chunk(2).Select(pair => pair.Sum())], levels);
            width *= 2;
        }
        var entropy = new MagnitudeEntropy(counts);
        var best = (Divergence: double.PositiveInfinity, Kept: counts.Length);
        for (var kept = levels; kept <= counts.Length; kept += levels)
        {
            var divergence = entropy.Divergence(kept, levels);
            if (divergence < best.Divergence) best = (divergence, kept);
        }
        return width * best.Kept;
    }

    static double[] Padded(double[] counts, int multiple) => [.. counts, .. new double[(multiple - counts.Length % multiple) % multiple]];
}
