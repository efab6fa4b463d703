using System.Diagnostics;
using Octet.Onnx;
using Octet.Tensors;
using Octet.TestSupport;

namespace Octet.Benchmarks.Comparison;

/// <summary>ONNX Runtime by its fastest settings whose integer sums are exact, as Octet's are: one session, or several beside each
/// other.</summary>
sealed class OnnxRuntimeEngine : IEngine
{
    readonly OnnxRuntime[] _sessions;
    readonly Dictionary<string, Tensor> _inputs;

    /// <param name="model">An ONNX file.</param>
    /// <param name="samples">How many run beside each other, in a session each.</param>
    /// <param name="threads">Threads that share one sample.</param>
    /// <exception cref="ComparisonException">ONNX Runtime refuses the model.</exception>
    public OnnxRuntimeEngine(string model, int samples, int threads = 1)
    {
        try
        {
            _sessions = [.. Enumerable.Range(0, samples).Select(_ => OnnxRuntime.Load(model, threads))];
        }
        catch (Microsoft.ML.OnnxRuntime.OnnxRuntimeException refusal)
        {
            throw new ComparisonException($"ONNX Runtime cannot load '{model}': {refusal.Message}");
        }
        _inputs = OnnxReader.Read(model).Graph.Inputs.ToDictionary(input => input.Name, ModelSpeed.Sample);
    }

    /// <summary>Its version and how its sums are exact.</summary>
    public static string Description => $"ONNX Runtime {OnnxRuntime.Version}, {ExactSums.Description}";

    public Task<Round> MeasureAsync(TimeSpan time) =>
        Task.FromResult(Round.Measure(_sessions.Length, time, place => _sessions[place].RunUnread(_inputs)));

    public void Dispose()
    {
        foreach (var session in _sessions) session.Dispose();
    }
}

/// <summary>Something about the request or the machine that keeps a comparison from running.</summary>
sealed class ComparisonException(string message) : OctetException(message);
