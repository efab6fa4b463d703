using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>
/// Puts constants in the place of what is computed from shapes and is the same for all sizes, and the branch that is taken in the place of
/// an If whose condition is known then.
/// </summary>
/// <remarks>
/// Only what is taken from shapes, and moved, counts: what is computed from sizes may be the same for all that were tried and yet differ
/// for others, as comparisons do.
/// </remarks>
public sealed class FoldShapes : IGraphPass
{
    /// <summary>Each round can make shapes known that were not; real models need two or three.</summary>
    const int MaxRounds = 8;

    /// <inheritdoc/>
    public string Name => "fold-shapes";

    /// <inheritdoc/>
    public int Apply(Graph graph)
    {
        var folded = 0;
        for (var round = 0; round < MaxRounds && graph.Nodes.Any(node => node.Operator is ShapeOf or Size or If); round++)
        {
            var (values, branches) = (FoldValues(graph), FoldBranches(graph));
            if (values + branches == 0) break;
            folded += values + branches + new FoldConstants().Apply(graph);
        }
        return folded;
    }

    static int FoldValues(Graph graph)
    {
        if (!graph.Nodes.Any(node => node.Operator is ShapeOf or Size)) return 0;
        var trials = ShapeTrials.Of(graph);
        var (taken, folded) = (new HashSet<Value>(), 0);
        foreach (var node in graph.Nodes.ToArray())
        {
            var isTaken = node.Operator is ShapeOf or Size
                || node.Operator is MovingOperator
                && node.Inputs.OfType<Value>().All(input => input.Constant is not null || taken.Contains(input));
            if (!isTaken || node.Outputs is not [{ IsGraphOutput: false } output]) continue;
            if (trials.ElementsOf(output) is not { } elements)
            {
                taken.Add(output);
                continue;
            }
            graph.Remove(node);
            graph.ReplaceUses(output, graph.AddConstant(output.Name, elements));
            folded++;
        }
        return folded;
    }

    static int FoldBranches(Graph graph)
    {
        var folded = 0;
        foreach (var node in graph.Find<If>())
        {
            if (node.Inputs[0]?.Constant is not { Type: DataType.Bool, Length: 1 } condition) continue;
            var branch = (Graph)node.Attributes.Subgraph(((If)node.Operator).Bodies[condition.AsSpan<bool>()[0] ? 0 : 1]);
            if (branch.Outputs.Count < node.Outputs.Count) continue;
            GraphCopy.PutInPlace(node, branch);
            folded++;
        }
        return folded;
    }
}
