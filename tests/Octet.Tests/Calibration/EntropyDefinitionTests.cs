using Octet.Calibration.Methods;

namespace Octet.Tests.Calibration;

/// <summary>The entropies from running sums against their definitions, bin by bin.</summary>
public sealed class EntropyDefinitionTests
{
    const int Bins = 512;
    const int Steps = 64;

    /// <summary>From a smooth peak to few values in many empty bins.</summary>
    public static TheoryData<int, int> Distributions => new() { { 200_000, 1 }, { 3_000, 1 }, { 200_000, 3 }, { 400, 3 } };

    static double[] Counts(int values, int power)
    {
        var random = new Random(values);
        var counts = new double[Bins];
        for (var i = 0; i < values; i++)
        {
            var x = Math.Pow(2 * random.NextDouble() - 1, power) * random.NextDouble();
            counts[(int)((x + 1) / 2 * Bins)]++;
        }
        return counts;
    }

    [Theory, MemberData(nameof(Distributions))]
    public void The_divergence_of_magnitudes_is_that_of_its_definition(int values, int power)
    {
        var counts = Counts(values, power);
        var entropy = new MagnitudeEntropy(counts);

        for (var kept = Steps; kept <= Bins; kept += 7)
        {
            var (inside, all) = (counts[..kept].Sum(), counts.Sum());
            var p = counts[..kept].Select((count, bin) => (count + (bin == kept - 1 ? all - inside : 0)) / all).ToArray();
            var q = new double[kept];
            for (var level = 0; level < Steps; level++)
            {
                var (from, to) = (level * kept / Steps, (level + 1) * kept / Steps);
                var share = counts[from..to].Sum() / Math.Max(1, counts[from..to].Count(count => count > 0)) / inside;
                for (var bin = from; bin < to; bin++) q[bin] = counts[bin] > 0 ? share : 1e-30;
            }
            entropy.Divergence(kept, Steps).ShouldBe(inside == 0 ? double.PositiveInfinity : Divergence(p, q), 1e-9);
        }
    }

    [Theory, MemberData(nameof(Distributions))]
    public void The_smoothed_divergence_is_that_of_its_definition(int values, int power)
    {
        var counts = Counts(values, power);
        var divergence = new SmoothedDivergence(counts);

        for (var kept = Steps / 2; kept <= Bins / 2; kept += 5)
        {
            var (start, end) = (Bins / 2 - kept, Math.Min(Bins / 2 + kept + 1, Bins));
            var p = counts[start..end];
            p[0] += counts[..start].Sum();
            p[^1] += counts[end..].Sum();
            var (q, merged) = (new double[p.Length], p.Length / Steps);
            for (var step = 0; step < Steps; step++)
            {
                var from = step * merged;
                var sum = counts[(start + from)..(step == Steps - 1 ? end : start + from + merged)].Sum();
                var filled = p.Skip(from).Take(merged).Count(count => count > 0);
                if (filled > 0) Array.Fill(q, Math.Floor(sum / filled), from, merged);
            }
            divergence.Of(start, end, Steps)
                .ShouldBe(q.All(share => share == 0) ? double.PositiveInfinity : Divergence(Smoothed(p), Smoothed(q)), 1e-9);
        }
    }

    static double[] Smoothed(double[] distribution)
    {
        var empty = distribution.Count(share => share == 0);
        return [.. distribution.Select(share => share == 0 ? 1e-4 : share - 1e-4 * empty / (distribution.Length - empty))];
    }

    static double Divergence(double[] p, double[] q) =>
        p.Zip(q, (one, other) => one == 0 ? 0 : one / p.Sum() * Math.Log(one / p.Sum() / (other / q.Sum()))).Sum();
}
