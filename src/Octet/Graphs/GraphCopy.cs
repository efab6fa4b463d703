using Octet.Operators;

namespace Octet.Graphs;

/// <summary>Copies graphs, subgraphs and all; the elements of constants are shared, for nobody changes them in place.</summary>
static class GraphCopy
{
    /// <param name="original">The graph to copy.</param>
    /// <param name="outer">For a subgraph: the copies of the values around it.</param>
    /// <param name="copies">Receives the copy of each value.</param>
    public static Graph Of(Graph original, Dictionary<Value, Value> outer, out Dictionary<Value, Value> copies) =>
        Of(original, (graph, captured) => graph.AddCaptured(outer[captured.CapturedFrom!]), out copies);

    /// <summary>
    /// A copy of a subgraph that stands on its own: constants that it reads from around it become its own, and all else that it reads from there
    /// becomes inputs, after those that it has.
    /// </summary>
    /// <param name="body">The subgraph to copy.</param>
    /// <param name="captured">Receives the values around it that belong to the new inputs, in their order.</param>
    public static Graph Closed(Graph body, out IReadOnlyList<Value> captured)
    {
        captured = [.. body.Captured.Select(value => value.CapturedFrom!).Where(value => value.Constant is null)];
        return Of(body, (graph, value) => value.CapturedFrom!.Constant is { } elements
            ? graph.AddConstant(value.Name, elements)
            : graph.AddInput(value.Name, value.CapturedFrom.Type, value.CapturedFrom.Shape), out _);
    }

    static Graph Of(Graph original, Func<Graph, Value, Value> capture, out Dictionary<Value, Value> copies)
    {
        var graph = new Graph
        {
            Name = original.Name,
            DocString = original.DocString,
            Metadata = new(original.Metadata),
            Opsets = new(original.Opsets),
            Foreign = original.Foreign,
        };
        var copyOf = new Dictionary<Value, Value>();
        foreach (var input in original.Inputs) copyOf[input] = Facts(input, graph.AddInput(input.Name, input.Type, input.Shape));
        foreach (var constant in original.Constants) copyOf[constant] = Facts(constant, graph.AddConstant(constant.Name, constant.Constant!));
        foreach (var captured in original.Captured) copyOf[captured] = Facts(captured, capture(graph, captured));
        foreach (var node in original.Nodes)
        {
            foreach (var output in node.Outputs.OfType<Value>()) copyOf[output] = Facts(output, graph.NewValue(output.Name));
        }
        foreach (var node in original.Nodes)
        {
            var copy = graph.Add(
                node.Operator,
                node.Inputs.Select(input => input is null ? null : copyOf[input]),
                node.Outputs.Select(output => output is null ? null : copyOf[output]),
                CopyAttributes(node.Attributes, copyOf), node.Name, node.Domain);
            copy.DocString = node.DocString;
            copy.Foreign = node.Foreign;
            foreach (var (key, text) in node.Metadata) copy.Metadata[key] = text;
            foreach (var captured in node.Captures) copy.AddCapture(copyOf[captured]);
        }
        foreach (var output in original.Outputs) graph.AddOutput(copyOf[output]);
        copies = copyOf;
        return graph;
    }

    /// <summary>
    /// Puts the nodes of a graph without inputs in the place of the node that holds it. What the node gave keeps its names; what lies inside is renamed where its names are taken.
    /// </summary>
    /// <param name="node">Is taken out.</param>
    /// <param name="body">One of its graphs, which gives what the node gives.</param>
    public static void PutInPlace(Node node, Graph body)
    {
        var (graph, results) = (node.Graph, node.Outputs.ToArray());
        var following = graph.Nodes.SkipWhile(other => other != node).Skip(1).FirstOrDefault();
        graph.Remove(node);

        var copyOf = body.Captured.ToDictionary(captured => captured, captured => captured.CapturedFrom!);
        foreach (var constant in body.Constants) copyOf[constant] = Facts(constant, graph.AddConstant(graph.UniqueName(constant.Name), constant.Constant!));
        foreach (var (given, result) in body.Outputs.Zip(results))
        {
            if (result is not null && given.Producer is not null) copyOf.TryAdd(given, result);
        }
        foreach (var inside in body.Nodes.SelectMany(inside => inside.Outputs).OfType<Value>().Where(inside => !copyOf.ContainsKey(inside)))
        {
            var copy = graph.NewValue(graph.UniqueName(inside.Name));
            (copy.Type, copy.Shape) = (inside.Type, inside.Shape);
            copyOf[inside] = copy;
        }
        var names = graph.Nodes.Select(other => other.Name).ToHashSet();
        foreach (var inside in body.Nodes)
        {
            var name = inside.Name.Length == 0 || names.Add(inside.Name) ? inside.Name : graph.UniqueName(inside.Name);
            var copy = Add(graph, inside, copyOf, name, following);
            copy.DocString = inside.DocString;
        }
        // What a branch hands on, or gives twice, is still given by each of its names.
        foreach (var (given, result) in body.Outputs.Zip(results))
        {
            if (result is not null && copyOf[given] != result) graph.Add(new Identity(), [copyOf[given]], [result], name: graph.UniqueName(result.Name), before: following);
        }
    }

    static Node Add(Graph graph, Node original, Dictionary<Value, Value> copyOf, string name, Node? before)
    {
        var copy = graph.Add(
            original.Operator,
            original.Inputs.Select(input => input is null ? null : copyOf[input]),
            original.Outputs.Select(output => output is null ? null : copyOf[output]),
            CopyAttributes(original.Attributes, copyOf), name, original.Domain, before);
        foreach (var captured in original.Captures) copy.AddCapture(copyOf[captured]);
        return copy;
    }

    static Value Facts(Value original, Value copy)
    {
        copy.Type = original.Type;
        copy.Shape = original.Shape;
        copy.ForeignType = original.ForeignType;
        copy.Foreign = original.Foreign;
        copy.IsListedAsInput = original.IsListedAsInput;
        copy.IsDeclared = original.IsDeclared;
        copy.DocString = original.DocString;
        foreach (var (key, text) in original.Metadata) copy.Metadata[key] = text;
        return copy;
    }

    static Attributes CopyAttributes(Attributes original, Dictionary<Value, Value> copyOf)
    {
        var copy = new Attributes(original);
        foreach (var (name, value) in original)
        {
            if (value is Graph subgraph) copy[name] = Of(subgraph, copyOf, out _);
            else if (value is ISubgraph[] subgraphs) copy[name] = subgraphs.Select(ISubgraph (body) => Of((Graph)body, copyOf, out _)).ToArray();
        }
        return copy;
    }
}
