using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Graphs;

/// <summary>What <see cref="Operator"/> states, asked of a node with its constants.</summary>
public sealed partial class Node
{
    /// <summary>The constant that a layer multiplies its input by; null for a node that is no layer.</summary>
    public Value? LayerWeight =>
        Operator.Weights is { } facts && InputOrNull(facts.WeightInput) is { Constant: { Type: DataType.Float32, Shape.Rank: > 1 } } weight
        ? weight : null;

    /// <summary>Whether the node is a layer: it has constant float32 weights, a matrix or more, to multiply its input by.</summary>
    public bool IsLayer => LayerWeight is not null;

    /// <summary>The bias of an operator with weights, constant or not; null for none.</summary>
    public Value? LayerBias => Operator.Weights?.BiasInput is { } index ? InputOrNull(index) : null;

    /// <summary>The layer as products of matrices; null for a node that is none.</summary>
    internal LayerProduct? AsProduct() => LayerWeight is { } weight ? Operator.AsProduct(weight.Constant!.Shape) : null;

    /// <summary>The inputs that hold data: all that the operator joins, or the first.</summary>
    public IEnumerable<Value> DataInputs => (Operator.Joining == Joining.None ? _inputs.Take(1) : _inputs).OfType<Value>();

    /// <summary>Between which constants the node holds its first input (Relu, Clip and the like); null for any other node, and where a
    /// limit is not constant.</summary>
    public ValueRange? Limits =>
        Operator.LimitsOf(
            [.. _inputs.Select(input => input is null ? null! : new TensorInfo(input.Type, Tensors.Shape.Unknown, input.Constant))]);

    /// <summary>Whether the node does nothing but limit its first input by constants.</summary>
    public bool IsLimit => Limits is not null;

    /// <summary>How many operators with weights lie in the graphs inside the node, at any depth.</summary>
    /// <param name="isCounted">Which of them count; null counts all.</param>
    internal int CountLayersInside(Func<Node, bool>? isCounted = null) => Subgraphs().SelectMany(body => body.Nodes).Sum(inside =>
        (inside.Operator.Weights is not null && isCounted?.Invoke(inside) != false ? 1 : 0) + inside.CountLayersInside(isCounted));

    /// <summary>Whether a layer stands anywhere behind the node.</summary>
    internal bool IsFollowedByLayer()
    {
        var (seen, open) = (new HashSet<Node>(), new Stack<Node>([this]));
        while (open.TryPop(out var next))
        {
            foreach (var reader in next.Outputs.OfType<Value>().SelectMany(value => value.Consumers).Where(seen.Add))
            {
                if (reader.IsLayer) return true;
                open.Push(reader);
            }
        }
        return false;
    }
}
