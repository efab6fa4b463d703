using Octet.Graphs;
using Octet.Operators;

namespace Octet.Passes;

/// <summary>Takes out what hands its input on unchanged: Identity, and Dropout, which does nothing outside training.</summary>
public sealed class RemoveIdentity : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "remove-identity";

    /// <inheritdoc/>
    public int Apply(Graph graph) =>
        graph.Nodes.Where(node => node.Operator is Identity or Dropout && !MaskIsRead(node)).ToArray().Count(node => Remove(graph, node));

    static bool Remove(Graph graph, Node node)
    {
        var (input, output) = (node.Inputs[0]!, node.Output);
        if (!output.IsGraphOutput)
        {
            graph.ReplaceUses(output, input);
            graph.Remove(node);
            return true;
        }
        if (input.Producer is not { } producer || input.IsGraphOutput) return false;

        // The graph's output keeps its name: the producer makes it directly, and the other readers follow.
        Graph.ReplaceConsumers(input, output, reader => reader != node);
        var index = producer.Outputs.Index().First(entry => entry.Item == input).Index;
        graph.Remove(node);
        producer.SetOutput(index, output);
        return true;
    }

    static bool MaskIsRead(Node node) => node.Outputs.Skip(1).Any(mask => mask is { Consumers.Count: > 0 } or { IsGraphOutput: true });
}
