using System.Text.Json;
using System.Text.Json.Serialization;
using Octet.Benchmarks.Networks;

namespace Octet.Benchmarks.Comparison;

/// <summary><c>Octet.Benchmarks compare</c>, which <c>benchmarks/compare.sh</c> calls and describes.</summary>
static class CompareCommand
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };

    public static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            var isQuick = arguments.Contains("--quick");
            var names = arguments.Where(argument => argument != "--quick").ToArray();
            switch (names)
            {
                case []: await CompareAsync("models", SharedModels(), isQuick); break;
                case ["generated"]: await CompareAsync("generated", GeneratedNetworks.All.Select(GeneratedNetworks.FileOf), isQuick); break;
                case ["integers"]: await IntegerComparison.MeasureAsync(isQuick); break;
                case ["latency"]: await LatencyComparison.MeasureAsync(SharedModels(), isQuick); break;
                case ["calibration"]: CalibrationCost.Measure(isQuick); break;
                default: await CompareAsync(null, [.. names.Select(Find)], isQuick); break;
            }
            return 0;
        }
        catch (OctetException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return 1;
        }
    }

    static async Task CompareAsync(string? set, IEnumerable<string> models, bool isQuick)
    {
        var (turns, time) = isQuick ? (3, TimeSpan.FromSeconds(0.4)) : (7, TimeSpan.FromSeconds(1));
        var machine = Machine.Current();
        Console.WriteLine($"{machine}; {OnnxRuntimeEngine.Description}\n\n{ModelComparison.Header}");

        var results = new List<ModelComparison>();
        foreach (var model in models)
        {
            results.Add(await ModelComparison.RunAsync(model, turns, time));
            Console.WriteLine(results[^1].Row);
        }
        if (set is null || isQuick) return;

        var title = $"{machine}, {OnnxRuntimeEngine.Description}; {turns} turns of {time.TotalSeconds} s each.";
        Keep(machine, set, $"{title}\n\n{ModelComparison.Header}\n{string.Join('\n', results.Select(result => result.Row))}\n",
            new { machine, peer = OnnxRuntimeEngine.Description, results });
    }

    /// <summary>Writes what was measured beside what other machines measured; git keeps what it replaces.</summary>
    public static void Keep(Machine machine, string set, string text, object facts)
    {
        Directory.CreateDirectory(machine.ResultFolder);
        var path = Path.Combine(machine.ResultFolder, set);
        File.WriteAllText($"{path}.md", text);
        File.WriteAllText($"{path}.json", JsonSerializer.Serialize(facts, Json) + "\n");
        Console.WriteLine($"\nkept in {Path.GetRelativePath(Machine.Repository, path)}.md and .json");
    }

    static string[] SharedModels() => [.. Directory.GetFiles(SharedFolder(), "*.onnx").Order(StringComparer.Ordinal)];

    /// <summary>A file, a model of the shared folder, or a generated one.</summary>
    static string Find(string name)
    {
        if (File.Exists(name)) return name;
        if (GeneratedNetworks.All.FirstOrDefault(
            network => network.Name.Contains(name, StringComparison.OrdinalIgnoreCase)) is { } generated)
            return GeneratedNetworks.FileOf(generated);
        return SharedModels().FirstOrDefault(path => Path.GetFileName(path).Contains(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ComparisonException($"'{name}' is no file, and no network is called so. There "
                + $"are {string.Join(", ", SharedModels().Select(Path.GetFileNameWithoutExtension)
                    .Concat(GeneratedNetworks.All.Select(network => network.Name)))}.");
    }

    public static string SharedFolder(string part = "models")
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("OCTET_SHARED") ?? Path.Combine(Machine.Repository, "..", "shared"),
            part);
        return Directory.Exists(folder)
            ? folder : throw new ComparisonException($"The folder '{folder}' does not exist; set OCTET_SHARED to the folder that holds "
                + $"'{part}', or name models by their files.");
    }
}
