using Octet.Graphs;
using Octet.Operators;
using Octet.Passes;

namespace Octet.Planning;

/// <summary>
/// What transformers compute between their products of matrices: sums with biases and residuals, masks and softmax of scores, activations
/// written in single operators. The products take integers and may leave as floats, so that integers in between save no product and only
/// round once more, with one scale for channels of unlike magnitudes.
/// </summary>
/// <remarks>
/// Convolutions leave as integers only: what lies behind them is not part of it, nor are networks without attention and without
/// normalization of rows. Source: the placements that Brevitas and OpenVINO use for transformers: inputs of products only.
/// </remarks>
sealed class FloatStreams
{
    /// <summary>How a value comes to a node.</summary>
    enum Origin
    {
        /// <summary>Something that computes in integers makes it.</summary>
        Integers,

        /// <summary>It follows from constants and inputs of the model alone.</summary>
        Given,

        /// <summary>It follows from products and normalizations.</summary>
        Floats,
    }

    readonly Target _target;
    readonly IReadOnlySet<Node> _floatParts;
    readonly Dictionary<Value, Origin> _origins = [];
    readonly HashSet<Node> _nodes = [];

    FloatStreams(Target target, IReadOnlySet<Node> floatParts) => (_target, _floatParts) = (target, floatParts);

    /// <summary>The nodes that had better compute in floats, although the target could do it in integers.</summary>
    /// <param name="graph">A prepared graph.</param>
    /// <param name="target">Says what computes in integers, and whose results may leave as floats.</param>
    /// <param name="floatParts">Nodes that compute in floats anyway, those of written normalizations among them.</param>
    public static IReadOnlySet<Node> Of(Graph graph, Target target, IReadOnlySet<Node> floatParts)
    {
        if (!IsTransformer(graph)) return new HashSet<Node>();
        var streams = new FloatStreams(target, floatParts);
        foreach (var node in graph.Nodes) streams.Visit(node);
        foreach (var node in graph.Nodes.Reverse()) streams.VisitBack(node);
        return streams._nodes;
    }

    /// <summary>Whether values that the network makes are multiplied as matrices, or rows are normalized.</summary>
    public static bool IsTransformer(Graph graph) =>
        graph.Nodes.Any(node => node.Operator is { IsNormalization: true } and not BatchNormalization || MultipliesValues(node))
        || WrittenNormalization.In(graph).Any(written => written.IsOfRows);

    static bool MultipliesValues(Node node) =>
        node.Operator is { IsPlainProduct: true, Weights: { } facts }
        && node.InputOrNull(facts.WeightInput) is { Constant: null } && node.Inputs[0] is { Constant: null };

    void Visit(Node node)
    {
        var origin = OriginOf(node);
        foreach (var output in node.Outputs.OfType<Value>()) _origins[output] = origin;
    }

    Origin OriginOf(Node node)
    {
        if (_floatParts.Contains(node)) return Origin.Floats;
        if (_target.RuleOf(node) is not { } rule)
            return node.Operator.IsNormalization ? Origin.Floats : Join(node.Inputs);
        if (node.Operator.Weights is not null) return rule.GivesFloats ? Origin.Floats : Origin.Integers;

        var origin = Join(node.Inputs);
        if (origin != Origin.Floats || rule.Role is OperatorRole.MovesData or OperatorRole.Aligns) return origin;
        // An activation that the device joins to its product costs nothing there.
        if (node.Inputs[0] is { } data && _target.Joins(data) && !_nodes.Contains(data.Producer!)) return Origin.Integers;
        _nodes.Add(node);
        return Origin.Floats;
    }

    Origin Join(IEnumerable<Value?> inputs)
    {
        var origin = Origin.Given;
        foreach (var input in inputs.OfType<Value>().Where(input => input.Producer is not null))
        {
            var other = _origins[input];
            if (other == Origin.Integers) return other;
            if (other == Origin.Floats) origin = other;
        }
        return origin;
    }

    /// <summary>What is made of inputs alone, such as masks and positions, is as those that read it.</summary>
    void VisitBack(Node node)
    {
        if (_target.RuleOf(node) is not { } rule || node.Operator.Weights is not null || node.Outputs is not [{ } output]) return;
        if (rule.Role is OperatorRole.MovesData or OperatorRole.Aligns && node.DataInputs.Any(input => input.Constant is not null)) return;
        if (_origins[output] == Origin.Given && output.Consumers.Count > 0 && output.Consumers.All(IsFloat)) _nodes.Add(node);
    }

    bool IsFloat(Node node) => _nodes.Contains(node) || _floatParts.Contains(node) || _target.RuleOf(node) is null;
}
