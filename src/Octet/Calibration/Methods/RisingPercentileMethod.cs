using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>tpu-mlir's "percentile9999": a share of the values that rises from 99.99 % at the first value of the graph to nearly all at the
/// last.</summary>
/// <remarks>
/// For the i-th of n values the share is <c>99.99 + i · (99.999999 − 99.99) / n</c> percent, at either end; between two values the limit is
/// interpolated. The original keeps the largest values of each sample; here they come from a histogram, so limits are exact to less than a
/// bin. Source: tpu-mlir, kld_calibrator.py.
/// </remarks>
/// <param name="Percent">The share; a plan sets that of the value's place in the graph.</param>
public sealed record RisingPercentileMethod(double Percent = RisingPercentileMethod.Least) : HistogramMethod
{
    /// <summary>The share at the first value of the graph, in percent.</summary>
    public const double Least = 99.99;
    const double Most = 99.999999;

    /// <inheritdoc/>
    public override string Name => "percentile9999";

    /// <inheritdoc/>
    public override string Description => "all but the largest values, ever fewer of them towards the outputs (tpu-mlir)";

    /// <inheritdoc/>
    public override CalibrationMethod For(QuantizationSpec spec, int index, int count) =>
        this with { Percent = Least + index * (Most - Least) / count };

    /// <inheritdoc/>
    protected override ValueRange Choose(Histogram histogram, QuantizationSpec spec)
    {
        var (low, high) = (Limit(bin => histogram[~bin]), Limit(bin => histogram[bin]));
        var limit = Math.Max(low, high);
        return spec.Symmetric
            ? histogram.Range.Within(limit) : new(Math.Max(histogram.Range.Low, Math.Min(0, -low)), Math.Min(histogram.Range.High, high));

        // As far from zero as all but the given share of values lie; within a bin they count as evenly spread.
        float Limit(Func<int, long> countOf)
        {
            var beyond = (histogram.Count - 1) * (100 - Percent) / 100;
            var bin = histogram.Bins - 1;
            while (bin >= 0 && countOf(bin) <= beyond) beyond -= countOf(bin--);
            return bin < 0 ? 0 : (float)((bin + 1 - beyond / countOf(bin)) * histogram.BinWidth);
        }
    }
}
