using Octet.Graphs;

namespace Octet.Passes;

/// <summary>A change of a graph that keeps what it computes.</summary>
public interface IGraphPass
{
    /// <summary>For logs and messages: <c>fold-batch-normalization</c>.</summary>
    string Name { get; }

    /// <summary>Changes the graph in place and returns at how many places.</summary>
    int Apply(Graph graph);
}
