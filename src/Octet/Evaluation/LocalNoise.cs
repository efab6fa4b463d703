using Octet.Data;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Evaluation;

/// <summary>
/// What each layer adds by itself: its output with rounded weights and a rounded input, where everything before it is the float model's. A
/// layer at the end of a network shows the noise of all layers before it too, and so is not to blame for what its output has.
/// </summary>
/// <remarks>All layers are looked at in one pass: the float graph computes each of them twice, once as it is and once rounded.</remarks>
static class LocalNoise
{
    /// <param name="reference">The float graph, with the layers of the quantized one by the same names.</param>
    /// <param name="quantized">The integer model.</param>
    /// <param name="samples">What to run.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <returns>By the name of the layer's output.</returns>
    public static IReadOnlyDictionary<string, SignalComparison> Of(
        Graph reference, QuantizedModel quantized, ISampleSource samples, SampleRunOptions options, CancellationToken cancel)
    {
        var graph = reference.Clone();
        var layers = graph.Nodes.Where(node => node.Operator.Weights is not null).ToDictionary(node => node.Output.Name);
        var pairs = quantized.Plan.Weights.Where(place => layers.ContainsKey(place.Node.Output.Name)).DistinctBy(place => place.Node)
            .Select(place => (Exact: layers[place.Node.Output.Name], Place: place))
            .Select(layer => (layer.Exact.Output, Rounded: Rounded(graph, layer.Exact, layer.Place, quantized))).ToArray();
        var session = options.Open(graph, pairs.SelectMany(pair => new[] { pair.Output, pair.Rounded }));
        var sums = new Dictionary<string, SignalComparison>?[samples.Count];
        SampleRun.ForEach(samples, "noise of each layer alone", options, (_, index, sample) =>
        {
            var watcher = new PairSums(pairs);
            foreach (var (value, tensor) in session.Watch(sample.Inputs)) watcher.See(value, tensor);
            sums[index] = watcher.Sums;
        }, cancel);
        return pairs.Select(pair => pair.Output.Name).ToDictionary(name => name, name =>
            sums.Where(sample => sample?.ContainsKey(name) == true)
            .Aggregate(default(SignalComparison), (total, sample) => total + sample![name]));
    }

    /// <summary>The same layer once more, with the integers of the quantized model.</summary>
    static Value Rounded(Graph graph, Node layer, PlannedWeight place, QuantizedModel quantized)
    {
        var inputs = Simulation.OperandsOf(
            layer, place.Node.Inputs[0] is { } data ? quantized.ActivationOf(data) : null,
            quantized.RoundedOf(place));
        if (layer.Operator.Weights!.BiasInput is { } bias && place.Node.InputOrNull(bias)?.Constant is { } moved && bias < inputs.Length)
            inputs[bias] = graph.AddConstant(graph.UniqueName($"{layer.Output.Name}_bias"), moved);
        return graph.Add(layer.Operator, inputs, graph.UniqueName($"{layer.Output.Name}_alone"), before: layer);
    }

    /// <summary>Compares each rounded output with the exact one, whichever is made first.</summary>
    sealed class PairSums((Value Exact, Value Rounded)[] pairs)
    {
        readonly Dictionary<Value, Value> _twinOf =
            pairs.SelectMany(pair => new[] { (pair.Exact, pair.Rounded), (pair.Rounded, pair.Exact) })
            .ToDictionary(pair => pair.Item1, pair => pair.Item2);

        readonly HashSet<Value> _exact = [.. pairs.Select(pair => pair.Exact)];
        readonly Dictionary<Value, Tensor> _waiting = [];

        public Dictionary<string, SignalComparison> Sums { get; } = [];

        public void See(Value value, Tensor tensor)
        {
            if (!_twinOf.TryGetValue(value, out var twin)) return;
            if (!_waiting.Remove(twin, out var other))
            {
                _waiting[value] = tensor.Clone();
                return;
            }
            var (exact, rounded, name) = _exact.Contains(value) ? (tensor, other, value.Name) : (other, tensor, twin.Name);
            if (exact.Shape == rounded.Shape) Sums[name] = SignalComparison.Of(exact.Floats, rounded.Floats);
        }
    }
}
