using System.Globalization;

namespace Octet.Benchmarks.Comparison;

/// <summary>How much sooner one sample is done when two threads share it, in both engines, measured by turns.</summary>
/// <param name="Model">File name without extension.</param>
/// <param name="Octet">Milliseconds of a sample on one thread.</param>
/// <param name="OctetShared">The same on two threads.</param>
/// <param name="Gain">The first by the second: the median over turns.</param>
/// <param name="OnnxRuntimeShared">Milliseconds of a sample on two threads of ONNX Runtime.</param>
/// <param name="OnnxRuntimeGain">The gain there.</param>
/// <param name="Ratio">Octet's time on two threads by ONNX Runtime's: the median over turns.</param>
sealed record LatencyComparison(string Model, double Octet, double OctetShared, double Gain, double OnnxRuntimeShared,
    double OnnxRuntimeGain, double Ratio)
{
    const int Threads = 2;

    const string Header =
        """
        | model | Octet, 1 thread | 2 threads on one sample | gain | ONNX Runtime, 2 threads | gain | ratio of both on 2 |
        |---|---|---|---|---|---|---|
        """;

    string Row => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Model} | {Octet:G3} ms | {OctetShared:G3} ms | **{Gain:F2}** | {OnnxRuntimeShared:G3} ms | {OnnxRuntimeGain:F2} | "
        + $"**{Ratio:F2}** |");

    public static async Task MeasureAsync(IEnumerable<string> models, bool isQuick)
    {
        var (turns, time) = isQuick ? (3, TimeSpan.FromSeconds(0.4)) : (7, TimeSpan.FromSeconds(1));
        var machine = Machine.Current();
        Console.WriteLine($"{machine}; {OnnxRuntimeEngine.Description}\n\n{Header}");
        var results = new List<LatencyComparison>();
        foreach (var model in models)
        {
            results.Add(await RunAsync(model, turns, time));
            Console.WriteLine(results[^1].Row);
        }
        if (!isQuick)
            CompareCommand.Keep(machine, "latency",
                $"{machine}, {OnnxRuntimeEngine.Description}; {turns} turns of {time.TotalSeconds} s "
                + $"each.\n\n{Header}\n{string.Join('\n', results.Select(result => result.Row))}\n",
                new { machine, peer = OnnxRuntimeEngine.Description, results });
    }

    static async Task<LatencyComparison> RunAsync(string path, int turns, TimeSpan time)
    {
        using var octet = new OctetEngine(path, samples: 1);
        using var shared = new OctetEngine(path, samples: 1, Threads);
        using var runtime = new OnnxRuntimeEngine(path, samples: 1);
        using var sharedRuntime = new OnnxRuntimeEngine(path, samples: 1, Threads);
        IEngine[] engines = [octet, shared, runtime, sharedRuntime];
        foreach (var engine in engines) await engine.MeasureAsync(TimeSpan.FromSeconds(1)); // Compiles, and fills caches.

        var rounds = engines.Select(_ => new List<double>()).ToArray();
        for (var turn = 0; turn < turns; turn++)
        {
            foreach (var (engine, own) in engines.Zip(rounds)) own.Add((await engine.MeasureAsync(time)).Milliseconds);
        }
        return new(
            Path.GetFileNameWithoutExtension(path), Round.Median(rounds[0]), Round.Median(rounds[1]), Gain(0, 1), Round.Median(rounds[3]),
            Gain(2, 3), Gain(1, 3));

        double Gain(int of, int by) => Round.Median(rounds[of].Zip(rounds[by], (one, other) => one / other));
    }
}
