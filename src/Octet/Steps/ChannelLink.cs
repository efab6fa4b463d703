using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Steps;

/// <summary>Channels that layers share, so that a channel can be divided by a number in all that make it if all that read it multiply by
/// the number.</summary>
/// <remarks>
/// A layer and the next with a ReLU or nothing between are the smallest; the stream of a residual network, to which many layers add and
/// which many read, is one too. Between them may be any operator that treats each channel separately and commutes with a positive factor:
/// additions, ReLU, pooling, and with care activations that are bounded above.
/// </remarks>
/// <param name="Makers">The convolutions whose output channels they are.</param>
/// <param name="Readers">The convolutions that have them as input channels.</param>
/// <param name="Bounded">The activations among them with a bound above zero.</param>
sealed record ChannelLink(IReadOnlyList<Node> Makers, IReadOnlyList<Node> Readers, IReadOnlyList<Node> Bounded)
{
    /// <summary>All links of a graph, in its order.</summary>
    public static IReadOnlyList<ChannelLink> FindAll(Graph graph)
    {
        var seen = new HashSet<Value>();
        return [.. graph.Nodes.Where(node => IsConvolution(node) && !seen.Contains(node.Output)).Select(node => From(node.Output, seen))
            .OfType<ChannelLink>()];
    }

    /// <returns>Null where something makes or reads the channels that cannot be scaled.</returns>
    static ChannelLink? From(Value start, HashSet<Value> seen)
    {
        var (makers, readers, bounded) = (new List<Node>(), new List<Node>(), new List<Node>());
        var canScale = true;
        var open = new Queue<Value>([start]);
        while (open.TryDequeue(out var value))
        {
            if (!seen.Add(value)) continue;
            canScale &= value is { IsGraphOutput: false, Producer: { } maker } && (AddMaker(maker) || LetsPass(maker));
            if (value.Producer is { } producer && LetsPass(producer)) Visit(producer);
            foreach (var reader in value.Consumers)
            {
                if (LetsPass(reader)) Visit(reader);
                else canScale &= AddReader(reader, value);
            }
        }
        return canScale && readers.Count > 0 ? new(makers, [.. readers.Distinct()], [.. bounded.Distinct()]) : null;

        void Visit(Node node)
        {
            if (node.Limits is { HasHigh: true }) bounded.Add(node);
            foreach (var input in node.DataInputs) open.Enqueue(input);
            open.Enqueue(node.Output);
        }

        bool AddMaker(Node node)
        {
            var isLayer = IsConvolution(node) && HasOwnParameters(node);
            if (isLayer) makers.Add(node);
            return isLayer;
        }

        bool AddReader(Node node, Value value)
        {
            var isLayer = IsConvolution(node) && HasOwnParameters(node) && node.Inputs[0] == value && HasMatchingGroups(node);
            if (isLayer) readers.Add(node);
            return isLayer;
        }
    }

    static bool LetsPass(Node node) =>
        node.Outputs is [not null]
        && (node.Limits is { Low: 0 }
            || (node.Operator.KeepsChannelScales && (node.Operator.Joining == Joining.None || HaveSameChannels(node.Inputs))));

    /// <summary>Whether all are images with as many channels, so that none is broadcast along them.</summary>
    static bool HaveSameChannels(IReadOnlyList<Value?> inputs) =>
        inputs.All(input => input is { Constant: null, Shape.Rank: > 2 })
        && inputs.All(input => input!.Shape!.Dimensions[1] == inputs[0]!.Shape!.Dimensions[1]);

    static bool IsConvolution(Node node) => node.Operator.Weights is { IsConvolution: true, Scatters: false };

    static bool HasOwnParameters(Node layer) => layer.IsLayer && layer.LayerBias is null or { Constant.Type: DataType.Float32 };

    /// <summary>Groups of one channel each, or no groups.</summary>
    static bool HasMatchingGroups(Node layer) =>
        layer.Operator.Weights!.Groups is var groups
        && (groups == 1 || (layer.LayerWeight!.Constant!.Shape is var shape && shape[1] == 1 && groups == shape[0]));
}
