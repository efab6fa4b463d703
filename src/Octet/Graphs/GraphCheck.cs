namespace Octet.Graphs;

/// <summary>Proves that a graph holds together: run after reading a file and after each pass.</summary>
public static class GraphCheck
{
    /// <exception cref="GraphException">Names all problems of the graph and its subgraphs.</exception>
    public static void Check(Graph graph)
    {
        var problems = Problems(graph).ToArray();
        if (problems.Length > 0) throw GraphException.Of(graph.Name, problems);
    }

    public static IEnumerable<string> Problems(Graph graph) =>
        Names(graph).Concat(Values(graph)).Concat(Order(graph))
            .Concat(graph.Nodes.SelectMany(node => node.Subgraphs().SelectMany(subgraph => Problems(subgraph)
                .Select(problem => $"in subgraph '{subgraph.Name}' of {node.Label}: {problem}"))));

    static IEnumerable<string> Names(Graph graph)
    {
        var values = graph.Values.ToArray();
        foreach (var group in values.GroupBy(value => value.Name).Where(group => group.Count() > 1))
        {
            yield return $"{group.Count()} values are called '{group.Key}'";
        }
        if (values.Any(value => value.Name.Length == 0)) yield return "a value has no name";
    }

    static IEnumerable<string> Values(Graph graph)
    {
        var known = graph.Values.ToHashSet();
        foreach (var output in graph.Outputs.Where(output => !known.Contains(output)))
        {
            yield return $"output '{output.Name}' is made by no node";
        }
        foreach (var node in graph.Nodes)
        {
            foreach (var input in node.Inputs.Concat(node.Captures).OfType<Value>())
            {
                if (!known.Contains(input)) yield return $"{node.Label} reads '{input.Name}', which nothing in the graph makes";
                else if (!input.Consumers.Contains(node)) yield return $"'{input.Name}' does not know that {node.Label} reads it";
            }
            foreach (var output in node.Outputs.OfType<Value>())
            {
                if (output.Producer != node) yield return $"'{output.Name}' does not know that {node.Label} makes it";
            }
        }
        foreach (var value in known)
        {
            foreach (var consumer in value.Consumers.Where(consumer => consumer.Graph != graph || !consumer.Inputs.Concat(consumer.Captures).Contains(value)))
            {
                yield return $"'{value.Name}' counts {consumer.Label} among its readers, which does not read it";
            }
        }
    }

    static IEnumerable<string> Order(Graph graph)
    {
        var place = graph.Nodes.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        foreach (var (index, node) in graph.Nodes.Index())
        {
            foreach (var input in node.Inputs.Concat(node.Captures).OfType<Value>())
            {
                if (input.Producer is { } producer && place.TryGetValue(producer, out var earlier) && earlier >= index)
                {
                    yield return $"{node.Label} stands before {producer.Label}, which makes its input '{input.Name}'";
                }
            }
        }
    }
}
