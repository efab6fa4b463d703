using System.Runtime.InteropServices;

namespace Octet.Graphs;

/// <summary>Checks that a graph is consistent: run after reading a file and after each pass. Its time is linear, because files can
/// be hostile.</summary>
public static class GraphCheck
{
    /// <summary>Checks the graph and its subgraphs.</summary>
    /// <exception cref="GraphException">Names all problems of the graph and its subgraphs.</exception>
    public static void Check(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        CheckStructure(graph);
        CheckConstants(graph);
    }

    /// <summary>Checks all but what constants hold.</summary>
    /// <exception cref="GraphException">Names all problems of the graph and its subgraphs.</exception>
    internal static void CheckStructure(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        // A body of Loop may give one value twice; of a model's outputs each has a name of its own.
        Refuse(graph, FindProblems(graph).Concat(Twice(graph)));
    }

    /// <summary>Checks only whether constants can be what the nodes that read them ask: a pass that computes constants may bring to light
    /// that a model cannot run.</summary>
    /// <exception cref="GraphException">Names all nodes with constants that cannot be.</exception>
    internal static void CheckConstants(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        Refuse(graph, AllNodes(graph).SelectMany(NodeCheck.ConstantProblems));
    }

    static void Refuse(Graph graph, IEnumerable<string> found)
    {
        var problems = found.ToArray();
        if (problems.Length > 0) throw GraphException.Of(graph.Name, problems);
    }

    static IEnumerable<Node> AllNodes(Graph graph) =>
        graph.Nodes.Concat(graph.Nodes.SelectMany(node => node.Subgraphs()).SelectMany(AllNodes));

    /// <summary>All that is wrong with a graph, a sentence each; empty where nothing is.</summary>
    public static IEnumerable<string> FindProblems(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Names(graph).Concat(Ends(graph)).Concat(Readers(graph)).Concat(Order(graph))
            .Concat(graph.Nodes.SelectMany(NodeCheck.Problems))
            .Concat(graph.Nodes.SelectMany(
                node => node.Subgraphs().SelectMany(subgraph => Captures(node, subgraph).Concat(FindProblems(subgraph))
                .Select(problem => $"in subgraph '{subgraph.Name}' of {node.Label}: {problem}"))));
    }

    static IEnumerable<string> Names(Graph graph)
    {
        var values = graph.Values.ToArray();
        foreach (var group in values.GroupBy(value => value.Name).Where(group => group.Count() > 1))
        {
            yield return $"{group.Count()} values are called '{group.Key}'";
        }
        if (values.Any(value => value.Name.Length == 0)) yield return "a value has no name";
    }

    static IEnumerable<string> Twice(Graph graph) =>
        graph.Outputs.Where(output => output.OutputUses > 1).Distinct()
        .Select(output => $"the output '{output.Name}' is listed {output.OutputUses} times");

    /// <summary>Where values come from: inputs, constants, captured values and nodes, each knowing so.</summary>
    static IEnumerable<string> Ends(Graph graph)
    {
        var known = graph.Values.ToHashSet();
        foreach (var output in graph.Outputs.Where(output => !known.Contains(output)))
        {
            yield return $"output '{output.Name}' is made by no node";
        }
        foreach (var constant in graph.Constants.Where(constant => constant.Constant is null))
        {
            yield return $"the constant '{constant.Name}' has no elements";
        }
        foreach (var node in graph.Nodes)
        {
            foreach (var input in node.Inputs.Concat(node.Captures).OfType<Value>().Where(input => !known.Contains(input)))
            {
                yield return $"{node.Label} reads '{input.Name}', which nothing in the graph makes";
            }
            foreach (var output in node.Outputs.OfType<Value>().Where(output => output.Producer != node))
            {
                yield return $"'{output.Name}' does not know that {node.Label} makes it";
            }
        }
    }

    /// <summary>A value counts each node among its readers as often as the node reads it.</summary>
    static IEnumerable<string> Readers(Graph graph)
    {
        var reads = new Dictionary<(Value Value, Node Reader), int>();
        foreach (var node in graph.Nodes)
        {
            foreach (var input in node.Inputs.Concat(node.Captures).OfType<Value>())
                CollectionsMarshal.GetValueRefOrAddDefault(reads, (input, node), out _)++;
        }
        var known = graph.Values.ToHashSet();
        foreach (var value in known)
        {
            foreach (var consumer in value.Consumers) CollectionsMarshal.GetValueRefOrAddDefault(reads, (value, consumer), out _)--;
        }
        foreach (var ((value, reader), difference) in reads.Where(entry => entry.Value != 0 && known.Contains(entry.Key.Value)))
        {
            yield return difference > 0
                ? $"'{value.Name}' does not know that {reader.Label} reads it"
                : $"'{value.Name}' counts {reader.Label} among its readers, which does not read it";
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

    static IEnumerable<string> Captures(Node node, Graph subgraph)
    {
        var known = node.Captures.ToHashSet();
        return subgraph.Captured.Where(captured => captured.CapturedFrom is not { } outer || !known.Contains(outer))
            .Select(captured => $"'{captured.Name}' is read from around it, but the node does not know");
    }
}
