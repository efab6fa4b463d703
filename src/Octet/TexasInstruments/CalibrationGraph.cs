using Octet.Graphs;
using Octet.Lowering;
using Octet.Numerics;
using Octet.Operators;
using Octet.Planning;
using Octet.Running;
using Octet.Steps;
using Octet.Tensors;

namespace Octet.TexasInstruments;

/// <summary>The graph that samples go through while a model is calibrated: that of the model, or one for the fast kernels, and where the
/// model's values are in it.</summary>
sealed class CalibrationGraph
{
    readonly Dictionary<Value, Value> _originals;
    readonly Func<Pact2Layer, Tensor, Operator>? _withWeights;
    readonly Dictionary<Pact2Layer, (Tensor Weights, Operator Operator)> _others = [];
    readonly Shape[]? _inputs;

    CalibrationGraph(Graph graph, int threads, Dictionary<Value, Value> originals, Func<Pact2Layer, Tensor, Operator>? withWeights,
        Shape[]? inputs)
    {
        (_originals, _withWeights, _inputs) = (originals, withWeights, inputs);
        Run = new(graph, threads);
    }

    public LockstepRun Run { get; }

    public bool IsLowered => _withWeights is not null;

    /// <summary>The model's graph as it is, for weights that still change and inputs of any shape.</summary>
    public static CalibrationGraph AsItIs(Graph graph, int threads) =>
        new(graph, threads, graph.Values.ToDictionary(value => value), null, null);

    /// <summary>A copy in which images have channels last and weights are packed.</summary>
    /// <param name="graph">The model's.</param>
    /// <param name="layers">All layers that are calibrated; they make sums without their bias.</param>
    /// <param name="seen">The values that are looked at or rounded, with what layers make; other values may be missing.</param>
    /// <param name="inputs">The types and shapes that it is for.</param>
    /// <param name="threads">How many samples are computed at once.</param>
    public static CalibrationGraph Lowered(Graph graph, IReadOnlyCollection<Pact2Layer> layers, IReadOnlySet<Value> seen,
        IReadOnlyList<Tensor> inputs, int threads)
    {
        var (lowered, originals) = Lower(layer => layer.Weights);
        return new(lowered, threads, originals, WithWeights, [.. inputs.Select(input => input.Shape)]);

        (Graph, Dictionary<Value, Value>) Lower(Func<Pact2Layer, Tensor> weightsOf)
        {
            var copy = new LayerCopy(graph);
            foreach (var layer in layers)
            {
                copy.SetParameters(layer.Node, weightsOf(layer), bias: null);
                if (layer.Bias is not null) copy[layer.Node].SetInput(layer.Node.Operator.Weights!.BiasInput!.Value, null);
            }
            var watched = seen.ToDictionary(value => copy[value]);
            var result = LoweredGraph.Of(copy.Graph, new() { Watched = watched.Keys.ToHashSet(), ShowsAnyLayout = true }).For(inputs);
            // Where both layouts are made, the other follows from the one that the layer makes.
            return (result.Graph, result.WatchedAs.ToDictionary(
                entry => entry.Key is { Producer: { Operator: ToChannelsFirst } reordering } ? reordering.Inputs[0]! : entry.Key,
                entry => watched[entry.Value]));
        }

        Operator WithWeights(Pact2Layer layer, Tensor weights)
        {
            var (_, values) = Lower(other => other == layer ? weights : other.Weights);
            return values.Single(entry => entry.Value == layer.Node.Output).Key.Producer!.Operator;
        }
    }

    /// <summary>Whether samples can go through it.</summary>
    public bool Takes(IReadOnlyList<Tensor> inputs) => _inputs is null || _inputs.SequenceEqual(inputs.Select(input => input.Shape));

    /// <summary>The value of the model that a value stands for; null for those in between.</summary>
    public Value? OriginalOf(Value value) => _originals.GetValueOrDefault(value);

    /// <summary>What a layer makes with other weights than it has, without its bias.</summary>
    /// <param name="node">The layer in this graph.</param>
    /// <param name="layer">The layer in the model.</param>
    /// <param name="weights">Its weights now, or others.</param>
    public LayerOutput[] Multiply(Node node, Pact2Layer layer, Tensor weights)
    {
        var hasWeights = node.IsLayer;
        var sums = hasWeights ? Run.Multiply(node, weights) : Run.Compute(node, OperatorFor(node, layer, weights));
        // Images have their channels behind all else where weights are packed, and rows have them there anyway.
        return Array.ConvertAll(sums,
            tensor => new LayerOutput(tensor,
                hasWeights ? ChannelSums.Layout(tensor) : ChannelLayout.Of(tensor.Shape, tensor.Shape.Rank - 1)));
    }

    Operator OperatorFor(Node node, Pact2Layer layer, Tensor weights)
    {
        if (weights == layer.Weights) return node.Operator;
        if (_others.TryGetValue(layer, out var other) && other.Weights == weights) return other.Operator;
        var made = _withWeights!(layer, weights);
        _others[layer] = (weights, made);
        return made;
    }
}
