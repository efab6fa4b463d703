using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>TensorRT's entropy calibration: the limit at which saturating and rounding magnitudes to 128 levels loses the least
/// information.</summary>
/// <remarks>
/// Magnitudes are counted in 2048 bins up to the largest; every limit from 128 bins on is tried, and the middle of the bin behind the best
/// one is the threshold. The first bin counts as the second does, since the zeros of a ReLU would outweigh everything else.
/// Source: Migacz 2017, "8-bit Inference with TensorRT" (GTC), the pseudo-code of the appendix; the first bin as in NVIDIA's
/// pytorch-quantization.
/// </remarks>
public sealed record TensorRtEntropyMethod : GridMethod
{
    /// <inheritdoc/>
    public override string Name => "tensorrt-entropy";

    /// <inheritdoc/>
    public override string Description => "the limit of magnitudes that keeps most of the distribution (TensorRT's entropy)";

    /// <inheritdoc/>
    protected override ValueRange Choose(Histogram histogram, QuantizationSpec spec)
    {
        double largest = histogram.Range.Magnitude;
        var counts = BinnedCounts.OfMagnitudes(histogram, 0, largest / SearchBins, SearchBins, zeros: false).Counts;
        counts[0] = counts[1];
        return histogram.Range.Within((float)Math.Min(largest, Search(counts, largest / SearchBins, stride: 1)));
    }

    /// <summary>The search over any histogram of magnitudes.</summary>
    /// <param name="counts">From zero upwards.</param>
    /// <param name="width">The width of a bin.</param>
    /// <param name="stride">How many bins lie between one limit and the next.</param>
    internal static double Search(double[] counts, double width, int stride)
    {
        const int levels = 128;
        var entropy = new MagnitudeEntropy(counts);
        var best = (Divergence: double.PositiveInfinity, Kept: counts.Length);
        for (var kept = levels; kept <= counts.Length; kept += stride)
        {
            var divergence = entropy.Divergence(kept, levels);
            if (divergence < best.Divergence) best = (divergence, kept);
        }
        return (best.Kept + 0.5) * width;
    }
}
