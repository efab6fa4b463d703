using Octet.Graphs;

namespace Octet.Planning;

/// <summary>
/// Activations written in single operators, one of which the target computes only in floats: GELU and Mish in their usual forms. They meet
/// the value that they began with in a product; to round between their parts would be as many roundings, and conversions, for one curve.
/// </summary>
static class WrittenActivations
{
    /// <summary>The nodes of all of them.</summary>
    /// <param name="graph">A prepared graph.</param>
    /// <param name="target">Says what computes in integers.</param>
    public static IReadOnlySet<Node> Of(Graph graph, Target target)
    {
        var sources = new Dictionary<Value, Value>();
        var curves = new Dictionary<Value, List<Node>>();
        foreach (var node in graph.Nodes)
        {
            if (!node.Operator.IsElementwise || node.Outputs is not [{ } output]) continue;
            var data = Data(node).ToArray();
            if (data is [] || data.Length < node.Inputs.OfType<Value>().Count(input => input.Constant is not { Length: 1 })) continue;
            // What a device joins to a layer is the layer's.
            if (target.Joins(data[0])) continue;
            var source = SourceOf(data[0]);
            if (data.Any(value => SourceOf(value) != source)) continue;
            sources[output] = source;
            if (!curves.TryGetValue(source, out var nodes)) curves[source] = nodes = [];
            nodes.Add(node);
        }
        return curves.Values.Where(nodes => nodes.Any(node => target.RuleOf(node) is null) && nodes.Any(node => Data(node).Count() > 1))
            .SelectMany(nodes => nodes).ToHashSet();

        Value SourceOf(Value value) => sources.GetValueOrDefault(value, value);
    }

    static IEnumerable<Value> Data(Node node) => node.Inputs.OfType<Value>().Where(input => input.Constant is null);
}
