using Octet.Graphs;
using Octet.Running;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>ONNX Runtime in the place of a session: what is watched becomes outputs of a copy of the graph.</summary>
sealed class OnnxRuntimeRunner : IModelRunner, IDisposable
{
    readonly OnnxRuntime _runtime;
    readonly Graph _graph;
    readonly Value[] _watched;
    int _runs;

    public OnnxRuntimeRunner(Graph graph, SessionOptions? options = null)
    {
        _graph = graph;
        var watched = options?.Watched ?? new HashSet<Value>();
        _watched = [.. graph.Values.Where(value => watched.Contains(value) && value.Constant is null)];
        var copy = graph.Clone(out var copies);
        foreach (var value in _watched.Where(value => !value.IsGraphInput && !value.IsGraphOutput)) copy.AddOutput(copies[value]);
        _runtime = OnnxRuntime.Load(new Model { Graph = copy }, ExactSums.NeedAnOption);
    }

    public int Runs => _runs;

    public void Run(IReadOnlyDictionary<string, Tensor> inputs, Action<IReadOnlyList<Tensor>> take)
    {
        var results = Run(inputs);
        take([.. _graph.Outputs.Select(output => results[output.Name])]);
    }

    public IEnumerable<(Value Value, Tensor Tensor)> Watch(IReadOnlyDictionary<string, Tensor> inputs)
    {
        var results = Run(inputs);
        return _watched.Select(value => (value, value.IsGraphInput ? inputs[value.Name] : results[value.Name]));
    }

    public void Dispose() => _runtime.Dispose();

    IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        Interlocked.Increment(ref _runs);
        return _runtime.Run(inputs);
    }
}
