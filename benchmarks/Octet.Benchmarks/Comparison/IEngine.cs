namespace Octet.Benchmarks.Comparison;

/// <summary>Something that runs one model on given threads, ready and warm.</summary>
interface IEngine : IDisposable
{
    /// <summary>Runs sample after sample for a while.</summary>
    Task<Round> MeasureAsync(TimeSpan time);
}

/// <summary>What one engine did in one turn.</summary>
/// <param name="Milliseconds">Of a single sample, median.</param>
/// <param name="Least">Of a single sample, the fastest.</param>
/// <param name="PerSecond">Samples in a second, all threads together.</param>
sealed record Round(double Milliseconds, double Least, double PerSecond)
{
    /// <param name="threads">The times of all samples, one after the other, for each thread.</param>
    public static Round Of(params IReadOnlyList<double>[] threads)
    {
        var all = threads.SelectMany(times => times).Order().ToArray();
        return new(Median(all), all[0], threads.Sum(times => 1000 * times.Count / times.Sum()));
    }

    public static double Median(IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
