using System.Globalization;
using Octet.Benchmarks.Recipes;
using Octet.Kernels;

namespace Octet.Benchmarks.Comparison;

/// <summary>The time of a quantized model beside that of the float model it was made of, and beside ONNX Runtime; one thread, by
/// turns.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Integers">Milliseconds of a sample in Octet.</param>
/// <param name="Floats">The same of the float model.</param>
/// <param name="OnnxRuntime">The same of the quantized model in ONNX Runtime.</param>
/// <param name="ToFloats">Integers by floats: the median over turns.</param>
/// <param name="FastestToFloats">The same of the fastest runs of all.</param>
/// <param name="ToOnnxRuntime">Octet by ONNX Runtime: the median over turns.</param>
/// <param name="FastestToOnnxRuntime">The same of the fastest runs of all.</param>
sealed record IntegerComparison(
    string Model, double Integers, double Floats, double OnnxRuntime,
    double ToFloats, double FastestToFloats, double ToOnnxRuntime, double FastestToOnnxRuntime)
{
    static string Header =>
        """
        | model | integers | floats | ratio | of the fastest runs | ONNX Runtime | ratio | of the fastest runs |
        |---|---|---|---|---|---|---|---|
        """;

    string Row => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Model} | {Integers:G3} ms | {Floats:G3} ms | **{ToFloats:F2}** | {FastestToFloats:F2} "
        + $"| {OnnxRuntime:G3} ms | **{ToOnnxRuntime:F2}** | {FastestToOnnxRuntime:F2} |");

    /// <summary>Measures all quantized networks, shows them, and keeps what was measured with care.</summary>
    public static async Task MeasureAsync(bool isQuick)
    {
        var (turns, time) = isQuick ? (3, TimeSpan.FromSeconds(0.4)) : (7, TimeSpan.FromSeconds(1));
        var machine = Machine.Current();
        var title = $"{machine}, integer products by {DotProducts.Current}; {OnnxRuntimeEngine.Description}; {turns} turns "
            + $"of {time.TotalSeconds} s each.";
        Console.WriteLine($"{title}\n\n{Header}");
        var results = new List<IntegerComparison>();
        foreach (var (name, floats, integers) in QuantizedNetworks.Files())
        {
            results.Add(await RunAsync(name, floats, integers, turns, time));
            Console.WriteLine(results[^1].Row);
        }
        if (isQuick) return;
        var text = $"{title}\n\n{Header}\n{string.Join('\n', results.Select(result => result.Row))}\n";
        CompareCommand.Keep(machine, "integers", text,
            new { machine, products = DotProducts.Current, peer = OnnxRuntimeEngine.Description, results });
    }

    static async Task<IntegerComparison> RunAsync(string name, string floatFile, string integerFile, int turns, TimeSpan time)
    {
        using var integers = new OctetEngine(integerFile, samples: 1);
        using var floats = new OctetEngine(floatFile, samples: 1);
        using var runtime = new OnnxRuntimeEngine(integerFile, samples: 1);
        IEngine[] engines = [integers, floats, runtime];
        // Compiles, twice for code that is compiled again once it is seen to be hot, and fills caches.
        for (var warm = 0; warm < 2; warm++)
        {
            foreach (var engine in engines) await engine.MeasureAsync(TimeSpan.FromSeconds(0.7));
        }

        var rounds = engines.Select(_ => new List<Round>()).ToArray();
        for (var turn = 0; turn < turns; turn++)
        {
            foreach (var (engine, own) in engines.Zip(rounds)) own.Add(await engine.MeasureAsync(time));
        }
        return new(
            name, Median(0), Median(1), Median(2),
            Ratio(1), Least(0) / Least(1), Ratio(2), Least(0) / Least(2));

        double Median(int engine) => Round.Median(rounds[engine].Select(round => round.Milliseconds));
        double Least(int engine) => rounds[engine].Min(round => round.Least);
        double Ratio(int other) => Round.Median(rounds[0].Zip(rounds[other], (one, two) => one.Milliseconds / two.Milliseconds));
    }
}
