using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>A given share of all values is represented; the rest, the largest ones, saturates.</summary>
/// <remarks>
/// For a symmetric scheme the share is taken of magnitudes, unless <see cref="Symmetric"/> says otherwise. Else half of the rest may lie
/// beyond either end: with 99.99 %, one value in 20,000 below and one in 20,000 above. Zeros count. The ends are edges of bins, never
/// beyond what was seen, so the share is met or exceeded by the content of less than a bin. Source: Wu et al. 2020, arXiv:2004.09602,
/// section 3.3; the unsymmetric form as in ONNX Runtime.
/// </remarks>
/// <param name="Percent">More than 0, at most 100.</param>
public sealed record PercentileMethod(double Percent = PercentileMethod.DefaultPercent) : HistogramMethod
{
    /// <summary>The usual share, in percent: one value in ten thousand is cut off.</summary>
    public const double DefaultPercent = 99.99;

    /// <summary>Whether the share is taken of magnitudes; null does so where the scheme is symmetric. ONNX Runtime's tool always does, if
    /// not told otherwise.</summary>
    public bool? Symmetric { get; init; }

    /// <inheritdoc/>
    public override string Name => "percentile";

    /// <inheritdoc/>
    public override string Description => "all but the largest values, one in ten thousand";

    /// <inheritdoc/>
    protected override ValueRange Choose(Histogram histogram, QuantizationSpec spec)
    {
        // The factor allows for 100 - 99.99 being a little less than 0.01.
        var mayBeCut = (long)(histogram.Count * (100 - Percent) / 100 * (1 + 1e-9));
        if (Symmetric ?? spec.Symmetric)
        {
            var limit = Limit(bin => histogram[bin] + histogram[~bin], mayBeCut);
            return new(Math.Max(histogram.Range.Low, -limit), Math.Min(histogram.Range.High, limit));
        }
        return new(
            Math.Max(histogram.Range.Low, Math.Min(0, -Limit(bin => histogram[~bin], mayBeCut / 2))),
            Math.Min(histogram.Range.High, Limit(bin => histogram[bin], mayBeCut / 2)));

        // The outer edge of the outermost bin that may not be cut as a whole.
        float Limit(Func<int, long> countOf, long budget)
        {
            var bin = histogram.Bins - 1;
            for (; bin >= 0 && countOf(bin) <= budget; bin--) budget -= countOf(bin);
            return (float)((bin + 1) * histogram.BinWidth);
        }
    }
}
