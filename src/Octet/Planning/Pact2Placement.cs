using Octet.Graphs;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Planning;

/// <summary>A value that PACT2 gives a range and makes integers of.</summary>
/// <param name="Value">What is rounded: the output of an activation where there is one.</param>
/// <param name="Observed">What the range follows: what the activation reads.</param>
/// <param name="Signed">Whether integers may be negative; null lets the data decide.</param>
/// <param name="Bounds">Limits that the activation itself has; the range never goes beyond them.</param>
sealed record Pact2Place(Value Value, Value Observed, bool? Signed = null, ValueRange? Bounds = null);

/// <summary>Where TI's modules put quantizers, for any form that ONNX gives a network.</summary>
/// <remarks>
/// The output of an activation, of an addition, concatenation, product or pooling, of a normalization and of a layer with weights becomes integers, unless its one
/// reader is an activation, or for a layer a normalization, that does in its place. Source: TI edgeai-modeloptimization, quantization/v1/quant_graph_module.py.
/// </remarks>
sealed class Pact2Placement
{
    readonly Graph _graph;
    readonly QuantModuleOptions _options;
    readonly Dictionary<Value, Pact2Place> _places = [];

    Pact2Placement(Graph graph, QuantModuleOptions options) => (_graph, _options) = (graph, options);

    /// <param name="graph">A prepared graph.</param>
    /// <param name="options">Says what is covered.</param>
    /// <returns>In the order of the graph.</returns>
    public static IReadOnlyList<Pact2Place> Find(Graph graph, QuantModuleOptions options)
    {
        var placement = new Pact2Placement(graph, options);
        foreach (var node in graph.Nodes) placement.PlaceOutput(node);
        placement.PlaceInputs();
        if (options.CoverAll) placement.Cover();
        return [.. graph.Values.Where(placement._places.ContainsKey).Select(value => placement._places[value])];
    }

    /// <summary>The nodes that multiply with constant weights.</summary>
    public static IEnumerable<Node> Layers(Graph graph) => graph.Nodes.Where(IsLayer);

    /// <summary>Whether the node has constant float weights to multiply with.</summary>
    public static bool IsLayer(Node node) => node.Operator.Weights is { } facts && node.InputOrNull(facts.WeightInput)?.Constant is { Type: DataType.Float32, Shape.Rank: > 1 };

    /// <summary>Whether the node is an activation whose place a range can take: Relu, Clip, or PACT2 itself.</summary>
    public static bool IsActivation(Node node) => LimitsOf(node) is not null;

    /// <summary>The limits of an activation; null for any other node, and for a Clip whose limits are not constant.</summary>
    public static ValueRange? LimitsOf(Node node) => node.Operator switch
    {
        Relu => new(0, float.PositiveInfinity),
        Pact2 pact => new(pact.Low, pact.High),
        ClipToConstants clip => new(clip.Low, clip.High),
        Clip => Bound(node, 1, float.NegativeInfinity) is { } low && Bound(node, 2, float.PositiveInfinity) is { } high ? new(low, high) : null,
        _ => null,
    };

    static float? Bound(Node clip, int index, float orElse) => clip.InputOrNull(index) switch
    {
        null => orElse,
        { Constant: { Type: DataType.Float32, Length: 1 } bound } => bound.Floats[0],
        _ => null,
    };

    void PlaceOutput(Node node)
    {
        if (node.Outputs is not [{ Type: DataType.Float32 } output] || (!_options.QuantizeOutput && IsLast(output))) return;

        var follower = output is { Consumers: [var only], IsGraphOutput: false } ? only : null;
        if (follower is not null && IsActivation(follower)) return;
        if (IsActivation(node)) _places[output] = OfActivation(node);
        else if (Joins(node) || IsNormalization(node) || (IsLayer(node) && !(follower is not null && IsNormalization(follower)))) _places[output] = new(output, output);
    }

    Pact2Place OfActivation(Node node)
    {
        var (limits, input) = (LimitsOf(node)!.Value, node.Inputs[0]!);
        bool? signed = limits.Low >= 0 ? false : null;
        var isBounded = float.IsFinite(limits.High) && (limits.Low >= 0 || float.IsFinite(limits.Low));
        return new(node.Output, input, signed, isBounded && (_options.KeepBounds || node.Operator is Pact2) ? limits : null);
    }

    /// <summary>What comes from outside and is multiplied.</summary>
    void PlaceInputs()
    {
        foreach (var layer in Layers(_graph))
        {
            var input = layer.Inputs[0]!;
            if (!input.IsGraphInput || _places.ContainsKey(input) || (!_options.CoverAll && !IsInputOfOriginal(layer))) continue;
            _places[input] = new(input, input);
        }
    }

    /// <summary>TI's rule: the first layer alone, and only if its output is rounded by somebody else.</summary>
    bool IsInputOfOriginal(Node layer) => layer == Layers(_graph).First() && !_places.ContainsKey(layer.Output);

    /// <summary>Whatever an integer operator reads and nobody has rounded yet is rounded where it was made.</summary>
    void Cover()
    {
        foreach (var node in _graph.Nodes.Where(node => IsLayer(node) || Joins(node) || Averages(node)))
        {
            var operands = IsLayer(node) ? node.Inputs.Take(1) : node.Inputs;
            foreach (var input in operands.OfType<Value>().Where(input => input.Constant is null && input.Type == DataType.Float32))
            {
                var origin = Origin(input);
                if (!_places.ContainsKey(origin) && !(origin is { Producer: { } producer } && IsActivation(producer))) _places[origin] = new(origin, origin);
            }
        }
    }

    /// <summary>The value whose elements these are.</summary>
    Value Origin(Value value)
    {
        while (!_places.ContainsKey(value) && value.Producer is { } producer && OnlyMoves(producer)) value = producer.Inputs[0]!;
        return value;
    }

    static bool OnlyMoves(Node node) => Target.OnnxRuntime.RuleOf(node.OpType) is { Role: OperatorRole.MovesData } && node.Operator is not Resizing { Interpolation: not Interpolation.Nearest };

    /// <summary>Whether nothing that could be rounded follows.</summary>
    static bool IsLast(Value value) => value.IsGraphOutput || value.Consumers.All(reader => OnlyMoves(reader) && reader.Outputs.OfType<Value>().All(IsLast));

    /// <summary>Operators that join values of different ranges; those with a constant (x + 3 of a hard swish) are parts of an activation.</summary>
    static bool Joins(Node node) => node.Operator switch
    {
        MaxPool or AveragePool => true,
        _ => node.OpType is "Add" or "Mul" or "Concat" or "Sum" or "Sub" && node.Inputs.Count(input => input is { Constant: null }) > 1,
    };

    static bool Averages(Node node) => node.OpType is "GlobalAveragePool" or "ReduceMean";

    static bool IsNormalization(Node node) => node.OpType is "BatchNormalization" or "InstanceNormalization" or "GroupNormalization" or "LayerNormalization";
}
