using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Exporting;

/// <summary>
/// Biases that are added to the floats of integer products get an axis of one element for each axis of the product. ONNX Runtime makes a
/// product of floats of a MatMul and the addition of a vector behind it, before it looks for integers; the addition of a constant with
/// more axes it leaves, and the product stays one of integers.
/// </summary>
/// <remarks>Source: onnxruntime/core/optimizer/matmul_add_fusion.cc, the conditions on the shape of the bias.</remarks>
static class ProductBiases
{
    /// <summary>Changes the graph that is to be written.</summary>
    public static void Widen(Graph graph)
    {
        foreach (var sum in graph.Find<Add>())
        {
            for (var index = 0; index < sum.Inputs.Count; index++)
            {
                if (sum.Inputs[index] is not { Constant: { Type: DataType.Float32, Shape.Rank: 1 } bias } value) continue;
                if (sum.Inputs[1 - index] is not { Producer.Operator: MatMul, Shape: { Rank: > 2 and var rank } }) continue;
                int[] extents = [.. Enumerable.Repeat(1, rank - 1), bias.Length];
                sum.SetInput(index, graph.AddConstant(graph.UniqueName(value.Name), bias.Reshape(new(extents))));
            }
        }
    }
}
