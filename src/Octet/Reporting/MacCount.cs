using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Reporting;

/// <summary>Counts the multiplications (each with its addition) that a model's convolutions and matrix products need: the usual measure of its cost.</summary>
static class MacCount
{
    /// <summary>The count for one sample: an open first extent of an input is taken as 1. Null where other extents are open.</summary>
    public static long? Of(Graph graph)
    {
        if (graph.Inputs.Any(input => input.Shape is null || input.Shape.Dimensions.Skip(1).Any(dimension => dimension.Extent is null))) return null;
        try
        {
            var infos = ShapeInference.Infer(graph, graph.Inputs.Select(input => (input, new TensorInfo(input.Type, input.Shape!.Fill((_, _) => 1)))));
            long total = 0;
            foreach (var node in graph.Nodes)
            {
                if (OfNode(node, infos) is not { } count) return null;
                total += count;
            }
            return total;
        }
        catch (OctetException)
        {
            // A model that cannot run as declared can still be inspected.
            return null;
        }
    }

    static long? OfNode(Node node, Dictionary<Value, TensorInfo> infos)
    {
        return node.OpType switch
        {
            "Conv" or "ConvInteger" => Convolution(weight: 1),
            "QLinearConv" => Convolution(weight: 3),
            // Each element of the input is multiplied with all weights of its channel.
            "ConvTranspose" => Shape(node.Inputs[0]) is { } input && Shape(node.Inputs[1]) is { } weight ? (long)input.Length * weight.Length / Math.Max(1, weight[0]) : null,
            "MatMul" or "MatMulInteger" or "QLinearMatMul" => Product(node.Inputs[0], transposed: false),
            "Gemm" => Product(node.Inputs[0], transposed: node.Attributes.Int("transA", orElse: 0) != 0),
            _ => 0,
        };

        // Each element of the output is the sum over one filter.
        long? Convolution(int weight) =>
            Shape(node.Output) is { } output && Shape(node.Inputs[weight]) is { } filters ? (long)output.Length * filters.Length / Math.Max(1, filters[0]) : null;

        long? Product(Value? left, bool transposed) =>
            Shape(node.Output) is { } output && Shape(left) is { Rank: > 0 } rows ? (long)output.Length * (transposed ? rows[0] : rows[^1]) : null;

        Shape? Shape(Value? value) => value is not null && infos.TryGetValue(value, out var info) && info.Shape.IsKnown ? info.Shape : null;
    }
}
