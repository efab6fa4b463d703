using Octet.Graphs;
using Octet.Passes;

namespace Octet.Running;

/// <summary>The graph that really runs: a copy in which everything is done beforehand that can be, and what its values are called outside.</summary>
sealed class LoweredGraph
{
    LoweredGraph(Graph graph, IReadOnlyDictionary<Value, Value> watchedAs)
    {
        Graph = graph;
        WatchedAs = watchedAs;
    }

    public Graph Graph { get; }

    /// <summary>For each value that is to be watched: the value of the original graph that the watcher is told of.</summary>
    public IReadOnlyDictionary<Value, Value> WatchedAs { get; }

    public static LoweredGraph Of(Graph original, IReadOnlySet<Value> watched)
    {
        var graph = original.Clone(out var copies);
        new FoldConstants { UnpackWeights = true }.Apply(graph);
        return new(graph, watched.ToDictionary(value => copies[value]));
    }
}
