using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>ONNX Runtime's entropy calibration: the range symmetric around zero whose 128 steps tell most about the distribution within
/// it.</summary>
/// <remarks>
/// The histogram spans the largest magnitude on both sides of zero. For each number of bins kept around the middle, P is the counts with
/// what is cut added to both ends, Q the counts merged into equally many bins a step and spread over those that P fills; both are smoothed,
/// and the smallest Kullback-Leibler divergence of P from Q wins. The range never exceeds what was seen. With 128 bins there is one
/// candidate, so that the method is min-max; that is ONNX Runtime's default, and 2048 bins are ours.
/// <see cref="GridMethod.SearchBins"/> is its <c>num_bins</c>. The original's histogram grows with the samples and so depends on their
/// order when they are collected one by one; this does not. Source: onnxruntime/python/tools/quantization/calibrate.py,
/// HistogramCollector.get_entropy_threshold (1.19).
/// </remarks>
public sealed record EntropyMethod : GridMethod
{
    /// <summary>The steps of the search, as ONNX Runtime's <c>num_quantized_bins</c>.</summary>
    public int Steps { get; init; } = 128;

    /// <inheritdoc/>
    public override string Name => "entropy";

    /// <inheritdoc/>
    public override string Description => "the range that keeps most of the distribution (ONNX Runtime's entropy)";

    /// <inheritdoc/>
    protected override ValueRange Choose(Histogram histogram, QuantizationSpec spec)
    {
        var seen = histogram.Range;
        double magnitude = seen.Magnitude;
        var found = Search(BinnedCounts.Of(histogram, -magnitude, 2 * magnitude / SearchBins, SearchBins), Steps);
        return new(Math.Max(found.Low, seen.Low), Math.Min(found.High, seen.High));
    }

    /// <summary>The search over any histogram.</summary>
    /// <param name="histogram">Of an even number of bins, symmetric around zero.</param>
    /// <param name="steps">How many steps the kept bins are merged into; at most as many as bins.</param>
    internal static ValueRange Search(BinnedCounts histogram, int steps)
    {
        var counts = histogram.Counts;
        var distribution = new SmoothedDivergence(counts);
        var middle = counts.Length / 2;
        var best = (Divergence: double.PositiveInfinity, Range: new ValueRange((float)histogram.Low, (float)histogram.Edge(counts.Length)));
        for (var kept = steps / 2; kept <= middle; kept++)
        {
            var (start, end) = (middle - kept, Math.Min(middle + kept + 1, counts.Length));
            var divergence = distribution.Of(start, end, steps);
            if (divergence < best.Divergence) best = (divergence, new((float)histogram.Edge(start), (float)histogram.Edge(end)));
        }
        return best.Range;
    }
}
