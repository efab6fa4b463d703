using System.Diagnostics;
using System.Text.Json;

namespace Octet.Benchmarks.Comparison;

/// <summary>ONNX Runtime in one or several processes of node at once, which run <c>benchmarks/measure.js</c>; that file describes the messages.</summary>
sealed class OnnxRuntimeEngine : IEngine
{
    readonly Process[] _processes;

    OnnxRuntimeEngine(Process[] processes) => _processes = processes;

    /// <summary>Versions of ONNX Runtime and of node.</summary>
    public required OnnxRuntimeVersion Version { get; init; }

    /// <param name="model">An ONNX file.</param>
    /// <param name="processes">How many run samples beside each other.</param>
    /// <param name="threads">Threads that each of them uses for one sample.</param>
    /// <exception cref="ComparisonException">ONNX Runtime cannot be started, or refuses the model.</exception>
    public static async Task<OnnxRuntimeEngine> StartAsync(string model, int processes, int threads)
    {
        var script = Path.Combine(Machine.Repository, "benchmarks", "measure.js");
        var start = new ProcessStartInfo("node", [script, model, $"{threads}"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        Process[] started = [.. Enumerable.Range(0, processes).Select(_ => Process.Start(start)!)];
        var greetings = await Task.WhenAll(started.Select(AnswerAsync<OnnxRuntimeVersion>));
        return new(started) { Version = greetings[0] };
    }

    public async Task<Round> MeasureAsync(TimeSpan time)
    {
        foreach (var process in _processes) await process.StandardInput.WriteLineAsync($"{time.TotalSeconds}");
        return Round.Of(await Task.WhenAll(_processes.Select(AnswerAsync<double[]>)));
    }

    static async Task<T> AnswerAsync<T>(Process process) =>
        await process.StandardOutput.ReadLineAsync() is { } line ? JsonSerializer.Deserialize<T>(line, JsonSerializerOptions.Web)!
        : throw new ComparisonException("ONNX Runtime gave up; what it said stands above.");

    /// <summary>The end of its input ends a process.</summary>
    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }
    }
}

sealed record OnnxRuntimeVersion(string Runtime, string Node);

/// <summary>Something about the request or the machine that keeps a comparison from running.</summary>
sealed class ComparisonException(string message) : OctetException(message);
