using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>ONNX Runtime's entropy calibration: the range symmetric around zero whose 128 steps tell most about the distribution within it.</summary>
/// <remarks>
/// The histogram spans the largest magnitude on both sides of zero. For each number of bins kept around the middle, P is the counts with what is cut added to both ends, Q the
/// counts merged into equally many bins a step and spread over those that P fills; both are smoothed, and the smallest Kullback-Leibler divergence of P from Q wins. The
/// range never exceeds what was seen. With 128 bins there is one candidate, so that the method is min-max; that is ONNX Runtime's default, and 2048 bins are ours.
/// The original's histogram grows with the samples and so depends on their order when they are collected one by one; this does not.
/// Source: onnxruntime/python/tools/quantization/calibrate.py, HistogramCollector.get_entropy_threshold (1.19).
/// </remarks>
public sealed record EntropyMethod : HistogramMethod
{
    const double MovedToEmptyBins = 1e-4;

    public EntropyMethod() => Bins = BinnedCounts.SourceBins;

    /// <summary>The bins of the search, as ONNX Runtime's <c>num_bins</c>.</summary>
    public int SearchBins { get; init; } = 2048;

    /// <summary>The steps of the search, as ONNX Runtime's <c>num_quantized_bins</c>.</summary>
    public int Steps { get; init; } = 128;

    public override string Name => "entropy";

    public override string Description => "the range that keeps most of the distribution (ONNX Runtime's entropy)";

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
        var middle = counts.Length / 2;
        var best = (Divergence: double.PositiveInfinity, Range: new ValueRange((float)histogram.Low, (float)histogram.Edge(counts.Length)));
        for (var kept = steps / 2; kept <= middle; kept++)
        {
            var (start, end) = (middle - kept, Math.Min(middle + kept + 1, counts.Length));
            var divergence = Divergence(counts, start, end, steps);
            if (divergence < best.Divergence) best = (divergence, new((float)histogram.Edge(start), (float)histogram.Edge(end)));
        }
        return best.Range;
    }

    static double Divergence(double[] counts, int start, int end, int steps)
    {
        var inside = counts.AsSpan(start, end - start);
        var p = inside.ToArray();
        p[0] += Sum(counts.AsSpan(0, start));
        p[^1] += Sum(counts.AsSpan(end));

        var q = new double[p.Length];
        var merged = p.Length / steps;
        for (var step = 0; step < steps; step++)
        {
            var from = step * merged;
            // What no step is left for counts in the last one, and is spread over its own bins.
            var values = Sum(step == steps - 1 ? inside[from..] : inside.Slice(from, merged));
            var filled = p.AsSpan(from, merged).Length - p.AsSpan(from, merged).Count(0.0);
            if (filled > 0) q.AsSpan(from, merged).Fill(Math.Floor(values / filled));
        }
        return Smooth(p) && Smooth(q) ? Divergence(p, q) : double.PositiveInfinity;
    }

    /// <summary>Moves a little from the bins that hold values to those that hold none; false where all are empty.</summary>
    static bool Smooth(double[] distribution)
    {
        var empty = distribution.AsSpan().Count(0.0);
        if (empty == distribution.Length) return false;
        var taken = MovedToEmptyBins * empty / (distribution.Length - empty);
        foreach (ref var share in distribution.AsSpan()) share += share == 0 ? MovedToEmptyBins : -taken;
        return true;
    }

    static double Divergence(double[] p, double[] q)
    {
        var (sumOfP, sumOfQ) = (Sum(p), Sum(q));
        var divergence = 0.0;
        for (var i = 0; i < p.Length; i++) divergence += p[i] / sumOfP * Math.Log(p[i] / sumOfP / (q[i] / sumOfQ));
        return divergence;
    }

    static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum;
    }
}
