using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Reporting;

/// <summary>Counts the multiplications (each with its addition) that a model's convolutions and matrix products need: the usual measure of
/// its cost.</summary>
static class MacCount
{
    /// <summary>The count for one sample: an open first extent of an input is taken as 1. Null where other extents are open.</summary>
    public static long? Of(Graph graph)
    {
        if (graph.Inputs.Any(input => input.Shape is null || input.Shape.Dimensions.Skip(1).Any(dimension => dimension.Extent is null)))
            return null;
        try
        {
            var infos = ShapeInference.Infer(graph,
                graph.Inputs.Select(input => (input, new TensorInfo(input.Type, input.Shape!.Fill((_, _) => 1)))));
            long total = 0;
            foreach (var node in graph.Nodes)
            {
                if (node.Operator.MacsOf([.. node.Inputs.Select(Info)], [.. node.Outputs.Select(Info)]) is not { } count) return null;
                total += count;
            }
            return total;

            TensorInfo Info(Value? value) =>
                value is not null && infos.TryGetValue(value, out var info) ? info : new(DataType.Undefined, Shape.Unknown);
        }
        catch (OctetException)
        {
            // A model that cannot run as declared can still be inspected.
            return null;
        }
    }
}
