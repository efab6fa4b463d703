using Octet.Onnx;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Benchmarks.Comparison;

/// <summary>Octet, several samples at once, or one.</summary>
sealed class OctetEngine : IEngine
{
    readonly Session _session;
    readonly Dictionary<string, Tensor> _inputs;
    readonly int _samples;

    /// <param name="model">An ONNX file.</param>
    /// <param name="samples">How many run beside each other.</param>
    /// <param name="threads">Threads that share one sample.</param>
    public OctetEngine(string model, int samples, int threads = 1)
    {
        var graph = OnnxReader.Read(model).Graph;
        (_session, _samples) = (new(graph, new() { Threads = threads }), samples);
        _inputs = graph.Inputs.ToDictionary(input => input.Name, ModelSpeed.Sample);
    }

    public Task<Round> MeasureAsync(TimeSpan time) =>
        Task.FromResult(Round.Measure(_samples, time, _ => _session.Run(_inputs, _ => { })));

    public void Dispose() { }
}
