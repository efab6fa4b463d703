using Octet.Graphs;
using Octet.Kernels;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Lowering;

/// <summary>
/// Images of 8-bit integers stay with channels last as those of floats do; convolutions between them take over what follows.
/// </summary>
sealed partial class ChannelsLastLowering
{
    void LowerConvolution(Node node, QLinearConv conv)
    {
        var x = node.Inputs[0]!;
        if (!IsBytes(x) || Image(x) is not { } image || !AreKnown(node.Inputs.Skip(1))
            || _infos[node.Inputs[3]!].Value is not { Length: > 0 } weights) return;
        var type = _infos[node.Output].Type;
        var layer = IntegerLayer.Of(
            _infos[x].Type, (Known(node, 1), Known(node, 2)), weights, (Known(node, 4), Known(node, 5)), channelAxis: 0,
                (Known(node, 6), Known(node, 7)), type,
            node.InputOrNull(8) is null ? null : Known(node, 8), conv.Bounds);
        if (layer is null) return;

        var window = conv.Window.Over(image, weights.Shape[2..]);
        var tail = IntegerTail.Of(node, _infos, _watched, value =>
            _twins.ContainsKey(value) && _infos[value].Shape == _infos[node.Output].Shape);
        type = _infos[tail.Output].Type;
        try
        {
            if (conv.Groups == image[1] && conv.Groups == weights.Shape[0])
            {
                var depthwise = new IntegerDepthwise(layer.Weights, window, layer.Scheme, tail.Tail);
                ReplaceByTwin(tail.Nodes, new ChannelsLastIntegerDepthwise(depthwise, type), tail.Other is null ? [Twin(x, node)]
                    : [Twin(x, node), _twins[tail.Other]]);
                return;
            }
            var filters = new IntegerFilters(layer.Weights, weights.Shape[0], image[1], window, conv.Groups, layer.Scheme);
            // What the kernel has to copy anyway it can reorder on the way, if no other node needs that order.
            var readsChannelsFirst = !_twins.ContainsKey(x) && x.Consumers.Count == 1;
            var input = readsChannelsFirst ? x : Twin(x, node);
            var convolution = new ChannelsLastIntegerConv(new(filters, window, readsChannelsFirst, tail.Tail),
                type)
            { ReadsChannelsFirst = readsChannelsFirst };
            ReplaceByTwin(tail.Nodes, convolution, tail.Other is null ? [input] : [input, _twins[tail.Other]]);
        }
        catch (SumOverflowException problem)
        {
            throw NodeException.During(node, node.Inputs.Select(input => input is null ? null : _infos[input]), problem);
        }
    }

    void LowerGlobalAverage(Node node)
    {
        if (HasTwin(node, out _, out var twin))
        {
            ReplaceByTwin([node], new QLinearGlobalAveragePool(ChannelsLast: true), [twin, .. node.Inputs.Skip(1)]);
        }
    }

    void LowerPool(Node node, MaxPool pool)
    {
        if (HasTwin(node, out var image, out var twin))
        {
            ReplaceByTwin([node], new ChannelsLastIntegerMaxPool(pool.Window.Geometry(image), image[1]), [twin]);
        }
    }

    /// <summary>The elements of an input that are known beforehand.</summary>
    Tensor Known(Node node, int input) => _infos[node.Inputs[input]!].Value!;

    bool IsBytes(Value value) =>
        _infos.TryGetValue(value, out var info)
            && info is { Type: DataType.Int8 or DataType.UInt8, Shape: { IsKnown: true, Length: > 0 }, Value: null };
}
