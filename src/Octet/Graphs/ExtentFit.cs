using System.Numerics;

namespace Octet.Graphs;

/// <summary>Finds the expression that gives an extent for every choice of sizes that was tried.</summary>
static class ExtentFit
{
    /// <summary>Strides of networks multiply to less.</summary>
    const int MaxDivisor = 256;

    /// <summary>Larger sizes are not tried.</summary>
    const int MaxSize = 1 << 12;

    /// <summary>An extent that depends on more sizes takes too many trials.</summary>
    const int MaxNames = 3;

    /// <param name="names">The sizes that change the extent.</param>
    /// <param name="samples">The extent in each trial that knows it: the first with no size changed, each other with one.</param>
    /// <param name="with">The extent where some sizes have other numbers, 0 standing for the second number of a size; null if the graph
    /// cannot take them.</param>
    /// <param name="first">The number of each size in the first trial.</param>
    /// <returns>Null where no expression is right in all trials.</returns>
    public static ExtentExpression? Of(
        IReadOnlyList<string> names, IEnumerable<(Func<string, int> SizeOf, long Extent)> samples,
        Func<IReadOnlyList<(string Name, int Number)>, (Func<string, int> SizeOf, long Extent)?> with,
        IReadOnlyDictionary<string, int> first)
    {
        var seen = samples.ToArray();
        var found = names.Count == 1 ? OfOne(names[0], seen, number => with([(names[0], number)])?.Extent)
            : names.Count <= MaxNames ? OfSeveral(names, seen[0].Extent, changed => with([.. changed.Select(name => (name, 0))]), first)
            : null;
        return found is not null && seen.All(sample => found.At(sample.SizeOf) == sample.Extent) ? found : null;
    }

    /// <summary><c>(factor · x + constant) / divisor</c>, rounded down, with the least divisor that fits.</summary>
    static ExtentExpression? OfOne(string name, (Func<string, int> SizeOf, long Extent)[] samples, Func<int, long?> extentAt)
    {
        var points = samples.Select(sample => (X: (long)sample.SizeOf(name), Y: sample.Extent)).Distinct().ToList();
        // One that no stride divides and that lies further off, the same for all values, so that it costs one trial for a name.
        var far = 2 * points[0].X + 3;
        if (far < MaxSize && extentAt((int)far) is { } extent) points.Add((far, extent));
        for (var divisor = 1; divisor <= MaxDivisor && points.Count > 1; divisor++)
        {
            // More trials tell which of the constants it is; where the graph takes no such sizes, it makes no difference.
            var fit = Fit(points, divisor);
            while (fit is { } wide && wide.Low < wide.High && PointBetween(points, divisor, wide, extentAt) is { } point)
            {
                points.Add(point);
                fit = Fit(points, divisor);
            }
            if (fit is { } found) return new([([name], found.Factor), ([], Math.Clamp(0, found.Low, found.High))], divisor);
        }
        return null;
    }

    /// <summary>The factor, and the constants with which all points fit; null if there are none.</summary>
    static (long Factor, long Low, long High)? Fit(IReadOnlyList<(long X, long Y)> points, int divisor)
    {
        var (min, greatest) = (points.MinBy(point => point.X), points.MaxBy(point => point.X));
        var factor = (long)Math.Round((double)(greatest.Y - min.Y) / (greatest.X - min.X) * divisor);
        var low = points.Max(point => divisor * point.Y - factor * point.X);
        var high = points.Min(point => divisor * point.Y - factor * point.X) + divisor - 1;
        return factor == 0 || low > high ? null : (factor, low, high);
    }

    /// <summary>A new point at which the lower half of the constants gives another extent than the upper half: a larger size than all so
    /// far, or a nearer one.</summary>
    static (long X, long Y)? PointBetween(List<(long X, long Y)> points, int divisor, (long Factor, long Low, long High) fit,
        Func<int, long?> extentAt)
    {
        var middle = fit.Low + (fit.High - fit.Low + 1) / 2;
        foreach (var start in new[] { 2 * points.Max(point => point.X), points[points.Count / 2].X })
        {
            var x = Enumerable.Range(1, divisor).Select(step => start + step).FirstOrDefault(x => (fit.Factor * x + middle) % divisor == 0);
            if (x is > 0 and < MaxSize && points.All(point => point.X != x) && extentAt((int)x) is { } extent) return (x, extent);
        }
        return null;
    }

    /// <summary>A sum of products in which each size stands at most once, from the differences that changing sizes together
    /// makes.</summary>
    static ExtentExpression? OfSeveral(
        IReadOnlyList<string> names, long extent, Func<IReadOnlyList<string>, (Func<string, int> SizeOf, long Extent)?> together,
        IReadOnlyDictionary<string, int> first)
    {
        var subsets = 1 << names.Count;
        var differences = new BigInteger[subsets];
        var steps = new BigInteger[names.Count];
        differences[0] = extent;
        for (var subset = 1; subset < subsets; subset++)
        {
            if (together(Members(subset)) is not { } sample) return null;
            differences[subset] = sample.Extent;
            if (BitOperations.IsPow2(subset))
                steps[BitOperations.Log2((uint)subset)] = sample.SizeOf(Members(subset)[0]) - first[Members(subset)[0]];
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
            Enumerable.Range(0, names.Count).Where(index => (subset & 1 << index) != 0)
            .Aggregate(BigInteger.One, (product, index) => product * factor(index));
    }
}
