using System.Globalization;

namespace Octet.Benchmarks.Comparison;

/// <summary>The times of one model in both engines, measured by turns.</summary>
/// <param name="Model">File name without extension.</param>
/// <param name="Octet">Milliseconds of a sample on one thread.</param>
/// <param name="OnnxRuntime">The same in ONNX Runtime.</param>
/// <param name="Ratio">Octet's time by ONNX Runtime's: the median over turns, which follow each other so closely that a busy machine slows
/// both.</param>
/// <param name="MinRatio">The same of the fastest runs of all, which the rest of the machine disturbed least.</param>
/// <param name="OctetPerSecond">Samples a second on two threads, one sample a thread.</param>
/// <param name="SharedPerSecond">The same in ONNX Runtime, both threads on one sample.</param>
/// <param name="ParallelPerSecond">The same in ONNX Runtime, two sessions of one thread.</param>
/// <param name="ThroughputRatio">Octet's time for many samples by that of the better of the two: the median over turns.</param>
sealed record ModelComparison(
    string Model, double Octet, double OnnxRuntime, double Ratio, double MinRatio, double OctetPerSecond, double SharedPerSecond,
    double ParallelPerSecond, double ThroughputRatio)
{
    const int Threads = 2;

    public static string Header =>
        """
        | model | Octet, 1 thread | ONNX Runtime | ratio | of the fastest runs | Octet, 2 threads | ONNX Runtime, best of: one sample on both | a sample on each | ratio |
        |---|---|---|---|---|---|---|---|---|
        """;

    public string Row => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Model} | {Octet:G3} ms | {OnnxRuntime:G3} ms | **{Ratio:F2}** | {MinRatio:F2} | {OctetPerSecond:G3} /s "
        + $"| {SharedPerSecond:G3} /s | {ParallelPerSecond:G3} /s | **{ThroughputRatio:F2}** |");

    /// <param name="path">An ONNX file.</param>
    /// <param name="turns">How often each engine has its turn.</param>
    /// <param name="time">How long a turn is.</param>
    public static async Task<ModelComparison> RunAsync(string path, int turns, TimeSpan time)
    {
        using var octet = new OctetEngine(path, samples: 1);
        using var octets = new OctetEngine(path, samples: Threads);
        using var runtime = new OnnxRuntimeEngine(path, samples: 1);
        using var shared = new OnnxRuntimeEngine(path, samples: 1, Threads);
        using var parallel = new OnnxRuntimeEngine(path, samples: Threads);
        IEngine[] engines = [octet, runtime, octets, shared, parallel];
        foreach (var engine in engines) await engine.MeasureAsync(TimeSpan.FromSeconds(1)); // Compiles, and fills caches.

        var rounds = engines.Select(_ => new List<Round>()).ToArray();
        for (var turn = 0; turn < turns; turn++)
        {
            foreach (var (engine, own) in engines.Zip(rounds)) own.Add(await engine.MeasureAsync(time));
        }
        return new(
            Path.GetFileNameWithoutExtension(path),
            Round.Median(rounds[0].Select(round => round.Milliseconds)),
            Round.Median(rounds[1].Select(round => round.Milliseconds)),
            Round.Median(rounds[0].Zip(rounds[1], (one, other) => one.Milliseconds / other.Milliseconds)),
            rounds[0].Min(round => round.Least) / rounds[1].Min(round => round.Least),
            Round.Median(rounds[2].Select(round => round.PerSecond)),
            Round.Median(rounds[3].Select(round => round.PerSecond)),
            Round.Median(rounds[4].Select(round => round.PerSecond)),
            Round.Median(rounds[2].Index()
                .Select(own => Math.Max(rounds[3][own.Index].PerSecond, rounds[4][own.Index].PerSecond) / own.Item.PerSecond)));
    }
}
