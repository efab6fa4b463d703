using Octet.Graphs;

namespace Octet.Passes;

/// <summary>What follows from constants alone and is computed in each run all the same, since folding it would make the file much larger or
/// take long.</summary>
static class ConstantParts
{
    /// <summary>The nodes; integers have no business there, for their results are the same each time.</summary>
    public static IReadOnlySet<Node> Of(Graph graph)
    {
        var nodes = new HashSet<Node>();
        foreach (var node in graph.Nodes)
        {
            if (node.Captures.Count == 0 && !node.Subgraphs().Any() && node.Inputs.All(input => input is null || IsKnown(input)))
                nodes.Add(node);
        }
        return nodes;

        bool IsKnown(Value value) => value.Constant is not null || value.Producer is { } producer && nodes.Contains(producer);
    }
}
