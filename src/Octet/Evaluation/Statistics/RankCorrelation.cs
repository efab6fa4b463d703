namespace Octet.Evaluation.Statistics;

/// <summary>How far two lists of numbers put the same things in the same order.</summary>
static class RankCorrelation
{
    /// <summary>Spearman's coefficient: the correlation of the ranks, equal numbers with the mean of their ranks. 1 for the same order, −1
    /// for the opposite one, 0 for none, and where all numbers of a list are equal.</summary>
    /// <param name="one">Finite numbers.</param>
    /// <param name="other">As many.</param>
    /// <remarks>Source: Spearman 1904, "The Proof and Measurement of Association between Two Things".</remarks>
    public static double Spearman(IReadOnlyList<double> one, IReadOnlyList<double> other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Count, one.Count);
        var (a, b) = (RanksOf(one), RanksOf(other));
        var mean = (one.Count - 1) / 2.0;
        double aa = 0, bb = 0, ab = 0;
        for (var i = 0; i < a.Length; i++)
        {
            aa += (a[i] - mean) * (a[i] - mean);
            bb += (b[i] - mean) * (b[i] - mean);
            ab += (a[i] - mean) * (b[i] - mean);
        }
        return aa == 0 || bb == 0 ? 0 : ab / Math.Sqrt(aa * bb);
    }

    /// <summary>The rank of each number, from 0 on; equal ones share the mean of theirs.</summary>
    static double[] RanksOf(IReadOnlyList<double> numbers)
    {
        var order = Enumerable.Range(0, numbers.Count).OrderBy(index => numbers[index]).ToArray();
        var ranks = new double[numbers.Count];
        for (var first = 0; first < order.Length;)
        {
            var end = first + 1;
            while (end < order.Length && numbers[order[end]] == numbers[order[first]]) end++;
            for (var i = first; i < end; i++) ranks[order[i]] = (first + end - 1) / 2.0;
            first = end;
        }
        return ranks;
    }
}
