using Octet.Graphs;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Operators;
using Octet.Passes;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.TexasInstruments;

/// <summary>A value that PACT2 gives a range and makes integers of.</summary>
/// <param name="Value">What is rounded: the output of an activation where there is one.</param>
/// <param name="Observed">What the range follows: what the activation reads.</param>
/// <param name="Signed">Whether integers may be negative; null lets the data decide.</param>
/// <param name="Bounds">Limits that the activation itself has; the range never goes beyond them.</param>
sealed record Pact2Place(Value Value, Value Observed, bool? Signed = null, ValueRange? Bounds = null);

/// <summary>Where TI's modules put quantizers, for any form that ONNX gives a network.</summary>
/// <remarks>
/// The output of an activation, of an addition, concatenation, product or pooling, of a normalization and of a layer with weights becomes
/// integers, unless its one reader is an activation, or for a layer a normalization, that does in its place. Source: TI
/// edgeai-modeloptimization, quantization/v1/quant_graph_module.py.
/// </remarks>
sealed class TiPlaces
{
    readonly Graph _graph;
    readonly QuantModuleOptions _options;
    readonly Dictionary<Value, Pact2Place> _places = [];

    /// <summary>TI's modules know normalizations as modules, and round what those make; the parts of a written one stay in floats here
    /// too.</summary>
    readonly IReadOnlySet<Node> _floatParts;

    TiPlaces(Graph graph, QuantModuleOptions options) =>
        (_graph, _options, _floatParts) =
            (graph, options, WrittenNormalization.FloatPartsOf(graph).Concat(ConstantParts.Of(graph)).ToHashSet());

    /// <param name="graph">A prepared graph.</param>
    /// <param name="options">Says what is covered.</param>
    /// <returns>In the order of the graph.</returns>
    public static IReadOnlyList<Pact2Place> Find(Graph graph, QuantModuleOptions options)
    {
        var placement = new TiPlaces(graph, options);
        foreach (var node in graph.Nodes) placement.PlaceOutput(node);
        placement.PlaceInputs();
        if (options.CoverAll) placement.Cover();
        return [.. graph.Values.Where(placement._places.ContainsKey).Select(value => placement._places[value])];
    }

    void PlaceOutput(Node node)
    {
        if (_floatParts.Contains(node) || node.Outputs is not [{ Type: DataType.Float32 } output]
                || (!_options.QuantizeOutput && IsLast(output))) return;

        var follower = output is { Consumers: [var only], IsGraphOutput: false } ? only : null;
        if (follower is not null && follower.IsLimit) return;
        if (node.IsLimit) _places[output] = OfActivation(node);
        else if (Joins(node) || node.Operator.IsNormalization
                || (node.IsLayer && !(follower is not null && follower.Operator.IsNormalization))) _places[output] = new(output, output);
    }

    Pact2Place OfActivation(Node node)
    {
        var (limits, input) = (node.Limits!.Value, node.Inputs[0]!);
        bool? signed = limits.Low >= 0 ? false : null;
        var isBounded = limits.HasHigh && (limits.Low >= 0 || limits.HasLow);
        return new(node.Output, input, signed, isBounded && (_options.KeepBounds || node.Operator is Pact2) ? limits : null);
    }

    /// <summary>What comes from outside and is multiplied.</summary>
    void PlaceInputs()
    {
        foreach (var layer in _graph.Layers())
        {
            var input = layer.Inputs[0]!;
            if (!input.IsGraphInput || _places.ContainsKey(input) || (!_options.CoverAll && !IsInputOfOriginal(layer))) continue;
            _places[input] = new(input, input);
        }
    }

    /// <summary>TI's rule: only the first layer, and only if its output is rounded by another node.</summary>
    bool IsInputOfOriginal(Node layer) => layer == _graph.Layers().First() && !_places.ContainsKey(layer.Output);

    /// <summary>What an integer operator reads and is not rounded yet is rounded where it is made.</summary>
    void Cover()
    {
        foreach (var node in _graph.Nodes.Where(node => !_floatParts.Contains(node) && (node.IsLayer || Joins(node) || Averages(node))))
        {
            var operands = node.IsLayer ? node.Inputs.Take(1) : node.Inputs;
            foreach (var input in operands.OfType<Value>().Where(input => input.Constant is null && input.Type == DataType.Float32))
            {
                var origin = Origin(input);
                if (!_places.ContainsKey(origin) && !(origin is { Producer: { } producer } && producer.IsLimit))
                    _places[origin] = new(origin, origin);
            }
        }
    }

    /// <summary>The value whose elements these are.</summary>
    Value Origin(Value value)
    {
        while (!_places.ContainsKey(value) && value.Producer is { } producer && producer.Operator.OnlyMovesData)
            value = producer.Inputs[0]!;
        return value;
    }

    /// <summary>Whether nothing that could be rounded follows.</summary>
    static bool IsLast(Value value) =>
        value.IsGraphOutput || value.Consumers.All(reader => reader.Operator.OnlyMovesData && reader.Outputs.OfType<Value>().All(IsLast));

    /// <summary>Operators that join values of different ranges; those with a constant (x + 3 of a hard swish) are parts of an
    /// activation.</summary>
    static bool Joins(Node node) => node.Operator switch
    {
        MaxPool or AveragePool => true,
        { Joining: Joining.Sum or Joining.Product or Joining.SideBySide } => node.Inputs.Count(input => input is { Constant: null }) > 1,
        _ => false,
    };

    static bool Averages(Node node) => node.OpType is "GlobalAveragePool" or "ReduceMean";
}
