using Octet.Graphs;

namespace Octet.Passes;

/// <summary>Removes nodes whose results are not read, then constants that are not read.</summary>
public sealed class RemoveUnused : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "remove-unused";

    /// <inheritdoc/>
    public int Apply(Graph graph)
    {
        var removed = 0;
        foreach (var node in graph.Nodes.Reverse().ToArray())
        {
            if (node.Outputs.OfType<Value>().Any(output => output.Consumers.Count > 0 || output.IsGraphOutput)) continue;
            graph.Remove(node);
            removed++;
        }
        return removed + graph.RemoveUnreadConstants();
    }
}
