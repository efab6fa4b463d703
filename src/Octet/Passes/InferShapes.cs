using Octet.Graphs;

namespace Octet.Passes;

/// <summary>Makes types and shapes known for the passes that follow; changes nothing else.</summary>
sealed class InferShapes : IGraphPass
{
    public string Name => "infer-shapes";

    public int Apply(Graph graph)
    {
        var unknown = graph.Values.Count(value => value.Shape is null);
        if (unknown == 0) return 0;
        ShapeInference.Annotate(graph);
        return unknown - graph.Values.Count(value => value.Shape is null);
    }
}
