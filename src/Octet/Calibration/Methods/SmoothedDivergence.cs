namespace Octet.Calibration.Methods;

/// <summary>What ONNX Runtime's entropy calibration minimises, for any part of a histogram, without computing what the parts have in common
/// anew.</summary>
/// <remarks>
/// P holds the counts of the part, with what lies beyond added to both ends; Q the counts merged into equally many bins a step, and spread
/// over those that P fills, in whole numbers. Both are smoothed, which moves a little to their empty bins, and the result is the
/// Kullback-Leibler divergence of P from Q.
/// </remarks>
sealed class SmoothedDivergence
{
    /// <summary>What an empty bin receives.</summary>
    const double Moved = 1e-4;

    /// <summary>Up to this share, four terms of the series of log(1 − x) are as exact as a double is.</summary>
    const double MaxOfSeries = 1e-3;

    readonly double[] _counts;
    readonly double[] _logs;

    /// <summary>Over the bins before i: values, and bins that hold any.</summary>
    readonly (double Values, int Filled)[] _before;

    /// <param name="counts">Whole numbers.</param>
    public SmoothedDivergence(double[] counts)
    {
        _counts = counts;
        _logs = [.. counts.Select(count => count > 0 ? Math.Log(count) : 0)];
        _before = new (double, int)[counts.Length + 1];
        for (var bin = 0; bin < counts.Length; bin++)
            _before[bin + 1] = (_before[bin].Values + counts[bin], _before[bin].Filled + (counts[bin] > 0 ? 1 : 0));
    }

    /// <param name="start">The first bin of the part.</param>
    /// <param name="end">Behind its last bin; there are at least as many as steps, and two.</param>
    /// <param name="steps">How many steps the part is merged into.</param>
    /// <returns>Infinite where one of the two is empty.</returns>
    public double Of(int start, int end, int steps)
    {
        var all = _before[^1].Values;
        var (length, filled) = (end - start, FilledOfP(start, end, start, end));
        if (filled == 0) return double.PositiveInfinity;
        var taken = Moved * (length - filled) / filled;

        // Each step of Q is one number; what no step is left for stays empty.
        var merged = length / steps;
        Span<double> q = stackalloc double[Math.Min(steps, 256)];
        if (q.Length < steps) q = new double[steps];
        var (sumOfQ, emptyOfQ) = (0.0, length - steps * merged);
        for (var step = 0; step < steps; step++)
        {
            var (from, to) = (start + step * merged, start + (step + 1) * merged);
            var filledOfStep = FilledOfP(from, to, start, end);
            var values = _before[step == steps - 1 ? end : to].Values - _before[from].Values;
            q[step] = filledOfStep > 0 ? Math.Floor(values / filledOfStep) : 0;
            if (q[step] == 0) emptyOfQ += merged;
            sumOfQ += q[step] * merged;
        }
        if (emptyOfQ == length) return double.PositiveInfinity;
        var takenOfQ = Moved * emptyOfQ / (length - emptyOfQ);

        // Smoothing keeps both sums: KL = Σ p (log p − log q) / Σ p − log Σ p + log Σ q.
        var divergence = EntropyOfP(start, end, taken) + (length - filled) * Moved * Math.Log(Moved);
        for (var step = 0; step < steps; step++)
        {
            var (from, to) = (start + step * merged, start + (step + 1) * merged);
            divergence -= SumOfP(from, to, start, end, taken) * Math.Log(q[step] == 0 ? Moved : q[step] - takenOfQ);
        }
        divergence -= SumOfP(start + steps * merged, end, start, end, taken) * Math.Log(Moved);
        return divergence / all - Math.Log(all) + Math.Log(sumOfQ);
    }

    /// <summary>The sum of <c>p log p</c> over the bins that P fills.</summary>
    double EntropyOfP(int start, int end, double taken)
    {
        var sum = TimesLog(_counts[start] + _before[start].Values, taken) + TimesLog(_counts[end - 1] + Beyond(end), taken);
        for (var bin = start + 1; bin < end - 1; bin++)
        {
            if (_counts[bin] == 0) continue;
            var share = taken / _counts[bin];
            var logarithm = share <= MaxOfSeries
                ? _logs[bin] - share * (1 + share * (1.0 / 2 + share * (1.0 / 3 + share / 4))) : Math.Log(_counts[bin] - taken);
            sum += (_counts[bin] - taken) * logarithm;
        }
        return sum;
    }

    static double TimesLog(double count, double taken) => count > 0 ? (count - taken) * Math.Log(count - taken) : 0;

    double Beyond(int end) => _before[^1].Values - _before[end].Values;

    /// <summary>How many of some bins of the part P fills; the ends hold what lies beyond them too.</summary>
    int FilledOfP(int from, int to, int start, int end)
    {
        var filled = _before[to].Filled - _before[from].Filled;
        if (from == start && _counts[start] == 0 && _before[start].Values > 0) filled++;
        if (to == end && from < to && _counts[end - 1] == 0 && Beyond(end) > 0) filled++;
        return filled;
    }

    /// <summary>The sum of smoothed P over some bins of the part.</summary>
    double SumOfP(int from, int to, int start, int end, double taken)
    {
        if (from == to) return 0;
        var filled = FilledOfP(from, to, start, end);
        var values = _before[to].Values - _before[from].Values + (from == start ? _before[start].Values : 0)
            + (to == end ? Beyond(end) : 0);
        return values - taken * filled + Moved * (to - from - filled);
    }
}
