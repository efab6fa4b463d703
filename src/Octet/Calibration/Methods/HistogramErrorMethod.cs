using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>PyTorch's histogram observer: cuts the ends of the distribution step by step, as long as that makes the squared error of an
/// affine quantizer smaller.</summary>
/// <remarks>
/// The error is taken over 2048 bins between the extremes, with values spread evenly in each bin and 2^bits levels in the part that is
/// kept. Each step cuts the end where more bins hold the same share of values, one part in 100,000, and the first step that makes the error
/// greater ends the search; so this is a descent, and not the least error that there is.
/// <see cref="GridMethod.SearchBins"/> is its <c>bins</c>. The original resamples its histogram whenever the range grows, and so depends on
/// the order of batches; this does not. Source: torch/ao/quantization/observer.py, HistogramObserver._non_linear_param_search and
/// _compute_quantization_error (1.13).
/// </remarks>
public sealed record HistogramErrorMethod : GridMethod
{
    const double ShareOfStep = 1e-5;

    /// <inheritdoc/>
    public override string Name => "histogram";

    /// <inheritdoc/>
    public override string Description => "the range with the least squared error that a descent finds (PyTorch's histogram observer)";

    /// <inheritdoc/>
    protected override ValueRange Choose(Histogram histogram, QuantizationSpec spec)
    {
        var seen = histogram.Range;
        var width = ((double)seen.High - seen.Low) / SearchBins;
        return width > 0 ? Search(BinnedCounts.Of(histogram, seen.Low, width, SearchBins), 1 << Math.Min(spec.Bits, 16)) : seen;
    }

    /// <summary>The search over any histogram.</summary>
    /// <param name="histogram">From the smallest to the largest value.</param>
    /// <param name="levels">How many integers a quantizer has.</param>
    internal static ValueRange Search(BinnedCounts histogram, int levels)
    {
        var counts = histogram.Counts;
        var below = new double[counts.Length];
        var total = 0.0;
        for (var bin = 0; bin < counts.Length; bin++) below[bin] = total += counts[bin];

        var (alpha, beta) = (0.0, 1.0);
        var (start, end) = (0, counts.Length - 1);
        var min = double.PositiveInfinity;
        while (alpha < beta)
        {
            var (nextAlpha, nextBeta) = (alpha + ShareOfStep, beta - ShareOfStep);
            var (left, right) = (start, end);
            while (left < end && below[left] < nextAlpha * total) left++;
            while (right > start && below[right] > nextBeta * total) right--;

            var (nextStart, nextEnd) = (start, end);
            if (left - start > end - right) (nextStart, alpha) = (left, nextAlpha);
            else (nextEnd, beta) = (right, nextBeta);
            if (nextStart == start && nextEnd == end) continue;

            var error = Error(histogram, nextStart, nextEnd, levels);
            if (error > min) break;
            (min, start, end) = (error, nextStart, nextEnd);
        }
        return new((float)histogram.Edge(start), (float)histogram.Edge(end + 1));
    }

    /// <summary>The squared error when the levels divide bins <paramref name="start"/>..<paramref name="end"/> evenly, and what lies
    /// outside takes the nearest level.</summary>
    static double Error(BinnedCounts histogram, int start, int end, int levels)
    {
        var width = histogram.Width;
        var level = width * (end - start + 1) / levels;
        var half = level / 2;
        var whole = Squares(-half, half);
        var error = 0.0;
        for (var bin = 0; bin < histogram.Counts.Length; bin++)
        {
            if (histogram.Counts[bin] == 0) continue;
            var from = (bin - start) * width;
            var to = from + width;
            var (first, last) = (LevelAt(from), LevelAt(to));
            var squares = Squares(from - (first + 0.5) * level, half) + (last - first - 1) * whole
                + Squares(-half, to - (last + 0.5) * level);
            error += histogram.Counts[bin] / width * squares;
        }
        return error;

        double LevelAt(double x) => Math.Clamp(Math.Floor(x / level), 0, levels - 1);

        // The integral of x² from a to b.
        static double Squares(double a, double b) => (b * b * b - a * a * a) / 3;
    }
}
