using System.Numerics;

namespace Octet.Graphs;

/// <summary>Finds the expression that gives an extent for every choice of sizes that was tried.</summary>
static class ExtentFit
{
    /// <summary>Strides of networks multiply to less.</summary>
    const int MostDivisor = 256;

    /// <summary>An extent that depends on more sizes takes too many trials.</summary>
    const int MostNames = 3;

    /// <param name="names">The sizes that change the extent.</param>
    /// <param name="samples">The extent in each trial that knows it: the first with no size changed, each other with one.</param>
    /// <param name="together">The extent where several sizes have their second number.</param>
    /// <param name="first">The number of each size in the first trial.</param>
    /// <returns>Null where no expression is right in all trials.</returns>
    public static ExtentExpression? Of(
        IReadOnlyList<string> names, IEnumerable<(Func<string, int> SizeOf, long Extent)> samples,
        Func<IReadOnlyList<string>, (Func<string, int> SizeOf, long Extent)?> together, IReadOnlyDictionary<string, int> first)
    {
        var seen = samples.ToArray();
        var found = names.Count == 1 ? OfOne(names[0], seen) : names.Count <= MostNames ? OfSeveral(names, seen[0].Extent, together, first) : null;
        return found is not null && seen.All(sample => found.At(sample.SizeOf) == sample.Extent) ? found : null;
    }

    /// <summary><c>(factor · x + constant) / divisor</c>, rounded down, with the least divisor and the constant nearest to zero that fit.</summary>
    static ExtentExpression? OfOne(string name, (Func<string, int> SizeOf, long Extent)[] samples)
    {
        var points = samples.Select(sample => (X: (long)sample.SizeOf(name), Y: sample.Extent)).Distinct().OrderBy(point => point.X).ToArray();
        var (least, greatest) = (points[0], points[^1]);
        for (var divisor = 1; divisor <= MostDivisor && points.Length > 1; divisor++)
        {
            var factor = (long)Math.Round((double)(greatest.Y - least.Y) / (greatest.X - least.X) * divisor);
            var low = points.Max(point => divisor * point.Y - factor * point.X);
            var high = points.Min(point => divisor * point.Y - factor * point.X) + divisor - 1;
            if (factor == 0 || low > high) continue;
            return new([([name], factor), ([], Math.Clamp(0, low, high))], divisor);
        }
        return null;
    }

    /// <summary>A sum of products in which each size stands at most once, from the differences that changing sizes together makes.</summary>
    static ExtentExpression? OfSeveral(
        IReadOnlyList<string> names, long extent, Func<IReadOnlyList<string>, (Func<string, int> SizeOf, long Extent)?> together, IReadOnlyDictionary<string, int> first)
    {
        var subsets = 1 << names.Count;
        var differences = new BigInteger[subsets];
        var steps = new BigInteger[names.Count];
        differences[0] = extent;
        for (var subset = 1; subset < subsets; subset++)
        {
            if (together(Members(subset)) is not { } sample) return null;
            differences[subset] = sample.Extent;
            if (BitOperations.IsPow2(subset)) steps[BitOperations.Log2((uint)subset)] = sample.SizeOf(Members(subset)[0]) - first[Members(subset)[0]];
        }
        // What a subset changes beyond what its parts change.
        for (var bit = 1; bit < subsets; bit <<= 1)
        {
            for (var subset = 0; subset < subsets; subset++)
            {
                if ((subset & bit) != 0) differences[subset] -= differences[subset ^ bit];
            }
        }

        var divisor = steps.Aggregate(BigInteger.One, BigInteger.Multiply);
        var terms = new List<(IEnumerable<string>, BigInteger)>();
        for (var subset = 0; subset < subsets; subset++)
        {
            var factor = differences[subset] * divisor / Product(subset, index => steps[index]);
            // (x − x₀)(y − y₀)… multiplied out.
            for (var part = subset; ; part = (part - 1) & subset)
            {
                terms.Add((Members(part), factor * Product(subset ^ part, index => -first[names[index]])));
                if (part == 0) break;
            }
        }
        return divisor.Sign < 0 ? new(terms.Select(term => (term.Item1, -term.Item2)), -divisor) : new(terms, divisor);

        string[] Members(int subset) => [.. names.Where((_, index) => (subset & 1 << index) != 0)];

        BigInteger Product(int subset, Func<int, BigInteger> factor) =>
            Enumerable.Range(0, names.Count).Where(index => (subset & 1 << index) != 0).Aggregate(BigInteger.One, (product, index) => product * factor(index));
    }
}
