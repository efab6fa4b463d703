using Octet.Graphs;

namespace Octet.Passes;

/// <summary>Takes out nodes whose results nobody reads, and then constants that nobody reads.</summary>
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
