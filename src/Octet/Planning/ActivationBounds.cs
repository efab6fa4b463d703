using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Planning;

/// <summary>
/// Which values an activation that is joined to its layer has cut at limits. The device leaves such an activation out, because integers of
/// the right scale saturate at its limits; so the value must not take its scale from values with other limits, beside which it lies in a
/// Concat.
/// </summary>
sealed class ActivationBounds
{
    readonly Target _target;
    readonly Dictionary<Value, Node> _cutBy = [];

    public ActivationBounds(Graph graph, Target target)
    {
        _target = target;
        foreach (var node in graph.Nodes)
        {
            if (Find(node) is not { } cut) continue;
            foreach (var output in node.Outputs.OfType<Value>()) _cutBy[output] = cut;
        }
    }

    /// <summary>Whether an input of a node that aligns its inputs may share their scale: nothing cuts it, or all of them are cut
    /// alike.</summary>
    public bool Agrees(Value input, Node aligning) =>
        CutBy(input) is not { } cut || aligning.Inputs.OfType<Value>().All(other => CutBy(other) is { } beside && AreAlike(cut, beside));

    /// <summary>The activation that cut the elements of a value, maybe before they were moved; null for none.</summary>
    Node? CutBy(Value value) => _cutBy.GetValueOrDefault(value);

    Node? Find(Node producer)
    {
        if (producer.InputOrNull(0) is not { } data) return null;
        if (_target.JoinedActivations.Contains(producer.OpType)) return _target.Joins(data) ? producer : null;
        return _target.RuleOf(producer)?.Role switch
        {
            OperatorRole.MovesData => CutBy(data),
            OperatorRole.Aligns
                when CutBy(data) is { } first
                && producer.Inputs.OfType<Value>().All(input => CutBy(input) is { } other && AreAlike(first, other)) => first,
            _ => null,
        };
    }

    static bool AreAlike(Node one, Node other) =>
        one.Operator.Equals(other.Operator) && one.Inputs.Count == other.Inputs.Count
        && one.Inputs.Zip(other.Inputs).Skip(1).All(limits => AreEqual(limits.First, limits.Second));

    static bool AreEqual(Value? one, Value? other) =>
        one == other
        || (one?.Constant is { Length: 1, Type: DataType.Float32 } number && other?.Constant is { Length: 1, Type: DataType.Float32 } same
            && number.Floats[0] == same.Floats[0]);
}
