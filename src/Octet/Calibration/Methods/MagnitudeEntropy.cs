namespace Octet.Calibration.Methods;

/// <summary>The loss of information when magnitudes beyond a limit saturate and the rest is rounded to a few levels; what TensorRT's and
/// tpu-mlir's calibration minimise.</summary>
/// <remarks>Running sums over the bins make it a matter of the levels rather than of the bins, so that thousands of limits can be
/// tried.</remarks>
sealed class MagnitudeEntropy
{
    /// <summary>The count of an empty bin under the logarithm.</summary>
    const double Tiny = 1e-30;

    readonly double[] _counts;

    /// <summary>Over the bins before i: values, bins that hold any, and the sum of <c>count · log(count)</c>.</summary>
    readonly (double Values, int Filled, double Entropy)[] _before;

    /// <param name="counts">Of magnitudes, from zero upwards.</param>
    public MagnitudeEntropy(double[] counts)
    {
        _counts = counts;
        _before = new (double, int, double)[counts.Length + 1];
        for (var bin = 0; bin < counts.Length; bin++)
        {
            var (values, filled, entropy) = _before[bin];
            _before[bin + 1] = (values + counts[bin], filled + (counts[bin] > 0 ? 1 : 0), entropy + TimesLog(counts[bin]));
        }
    }

    /// <summary>
    /// The Kullback-Leibler divergence of Q from P over the first bins: P holds their counts with all that lies beyond added to the last; Q
    /// knows only the sums of groups of them, one a level, and spreads each evenly over the bins of its group that hold any.
    /// </summary>
    /// <param name="kept">How many bins are inside the limit; at least <paramref name="levels"/>.</param>
    /// <param name="levels">How many groups.</param>
    /// <remarks>
    /// With N values in all, M of them inside, b beyond, c in the last bin inside, and s values in the f filled bins of a level:
    /// <c>N · KL = Σ count log(count) − c log c + (c + b) log(c + b) − N log N − Σ s log(s / (f M)) − b log(q)</c>, where q is what the
    /// last bin has in Q.
    /// </remarks>
    public double Divergence(int kept, int levels)
    {
        var (all, inside) = (_before[^1].Values, _before[kept].Values);
        if (inside == 0) return double.PositiveInfinity;

        var (spread, last) = (0.0, Tiny);
        for (var (level, from) = (0, 0); level < levels; level++)
        {
            var to = (int)((long)(level + 1) * kept / levels);
            var (values, filled) = (_before[to].Values - _before[from].Values, _before[to].Filled - _before[from].Filled);
            from = to;
            if (filled == 0) continue;
            var share = values / filled / inside;
            spread += values * Math.Log(share);
            if (to == kept && _counts[kept - 1] > 0) last = share;
        }
        var (outermost, beyond) = (_counts[kept - 1], all - inside);
        var entropy = _before[kept].Entropy - TimesLog(outermost) + TimesLog(outermost + beyond) - TimesLog(all);
        return (entropy - spread - beyond * Math.Log(last)) / all;
    }

    static double TimesLog(double count) => count > 0 ? count * Math.Log(count) : 0;
}
