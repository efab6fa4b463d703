namespace Octet.Calibration.Methods;

/// <summary>The loss of information when magnitudes beyond a limit saturate and the rest is rounded to a few levels; what TensorRT's and tpu-mlir's calibration minimise.</summary>
static class MagnitudeEntropy
{
    /// <summary>What stands for an empty bin under the logarithm.</summary>
    const double Tiny = 1e-30;

    /// <summary>
    /// The Kullback-Leibler divergence of Q from P over the first bins: P holds their counts with all that lies beyond added to the last; Q knows only the sums of
    /// groups of them, one a level, and spreads each evenly over the bins of its group that hold any.
    /// </summary>
    /// <param name="counts">Of magnitudes, from zero upwards.</param>
    /// <param name="kept">How many bins are inside the limit; at least <paramref name="levels"/>.</param>
    /// <param name="levels">How many groups.</param>
    public static double Divergence(ReadOnlySpan<double> counts, int kept, int levels)
    {
        var (inside, beyond) = (Sum(counts[..kept]), Sum(counts[kept..]));
        if (inside == 0) return double.PositiveInfinity;
        var divergence = 0.0;
        for (var level = 0; level < levels; level++)
        {
            var (from, to) = ((int)((long)level * kept / levels), (int)((long)(level + 1) * kept / levels));
            var group = counts[from..to];
            var filled = group.Length - group.Count(0.0);
            var spread = Sum(group) / Math.Max(1, filled) / inside;
            for (var bin = from; bin < to; bin++)
            {
                var p = (counts[bin] + (bin == kept - 1 ? beyond : 0)) / (inside + beyond);
                var q = counts[bin] > 0 ? spread : 0;
                if (p > 0) divergence += p * (Math.Log(p + Tiny) - Math.Log(q + Tiny));
            }
        }
        return divergence;
    }

    static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum;
    }
}
