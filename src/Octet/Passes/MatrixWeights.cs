using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>Takes leading extents of 1 off the constants that products multiply with: a matrix can have a scale for each column, a batch of
/// matrices only one in all.</summary>
sealed class MatrixWeights : IGraphPass
{
    public string Name => "matrix-weights";

    public int Apply(Graph graph)
    {
        var changed = 0;
        foreach (var product in graph.Find<MatMul>())
        {
            if (product.Inputs[1] is not { Constant: { Shape.Rank: > 2 } weight } value
                    || weight.Shape.LengthOf(0, weight.Shape.Rank - 2) != 1) continue;
            // The result has as many axes as the operand with more of them.
            if (product.Inputs[0]?.Shape is not { } data || data.Rank < weight.Shape.Rank) continue;
            product.SetInput(1,
                graph.AddConstant(graph.UniqueName($"{value.Name}_matrix"), weight.Reshape([weight.Shape[^2], weight.Shape[^1]])));
            changed++;
        }
        return changed;
    }
}
