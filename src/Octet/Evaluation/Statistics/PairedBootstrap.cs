namespace Octet.Evaluation;

/// <summary>
/// The interval of a difference between two models whose figure is no mean over samples, as mIoU and average precision: samples are drawn
/// again and again, with repetition and the same for both models, and the differences that result are ordered.
/// </summary>
/// <remarks>Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13 (percentile interval).</remarks>
static class PairedBootstrap
{
    const int Draws = 1000;

    const int Seed = 20261130;

    /// <param name="metric">What the figure is called.</param>
    /// <param name="samples">How many samples both models were judged on.</param>
    /// <param name="before">The figure of the first model, in percent, when each sample counts so often.</param>
    /// <param name="after">The same of the second model.</param>
    public static AccuracyDifference Compare(string metric, int samples, Func<IReadOnlyList<int>, double> before,
        Func<IReadOnlyList<int>, double> after)
    {
        var once = Enumerable.Repeat(1, samples).ToArray();
        var seen = after(once) - before(once);
        var random = new Random(Seed);
        var differences = new double[Draws];
        var counts = new int[samples];
        for (var draw = 0; draw < Draws; draw++)
        {
            Array.Clear(counts);
            for (var sample = 0; sample < samples; sample++) counts[random.Next(samples)]++;
            differences[draw] = after(counts) - before(counts);
        }
        Array.Sort(differences);
        var outside = (int)Math.Round((1 - PairedProportions.Level) / 2 * Draws);
        return new(metric, seen, differences[outside], differences[Draws - 1 - outside], null, $"paired bootstrap, {Draws} draws", samples);
    }
}
