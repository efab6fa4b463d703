using System.Diagnostics;

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

    /// <summary>Runs samples for a while, on several threads beside each other.</summary>
    /// <param name="threads">How many.</param>
    /// <param name="time">How long.</param>
    /// <param name="run">Runs one sample on the thread of that number.</param>
    public static Round Measure(int threads, TimeSpan time, Action<int> run)
    {
        var times = new List<double>[threads];
        var others = Enumerable.Range(1, threads - 1).Select(thread => new Thread(() => times[thread] = RunFor(time, () => run(thread))))
            .ToArray();
        foreach (var other in others) other.Start();
        times[0] = RunFor(time, () => run(0));
        foreach (var other in others) other.Join();
        return Of(times);
    }

    static List<double> RunFor(TimeSpan time, Action run)
    {
        var times = new List<double>();
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < time || times.Count == 0;)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return times;
    }

    public static double Median(IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
