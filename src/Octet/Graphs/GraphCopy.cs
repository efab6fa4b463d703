using Octet.Operators;

namespace Octet.Graphs;

/// <summary>Copies graphs, subgraphs and all; the elements of constants are shared, because they are never changed in place.</summary>
static class GraphCopy
{
    /// <param name="original">The graph to copy.</param>
    /// <param name="outer">For a subgraph: the copy of the graph around it.</param>
    public static GraphMap Of(Graph original, GraphMap? outer = null) =>
        Of(original, (graph, captured) => graph.AddCaptured(outer![captured.CapturedFrom!]));

    /// <summary>
    /// A copy of a subgraph that stands on its own: constants that it reads from around it become its own, and all else that it reads from
    /// there becomes inputs, after those that it has.
    /// </summary>
    /// <param name="body">The subgraph to copy.</param>
    /// <param name="captured">Receives the values around it that belong to the new inputs, in their order.</param>
    public static Graph Closed(Graph body, out IReadOnlyList<Value> captured)
    {
        captured = [.. body.Captured.Select(value => value.CapturedFrom!).Where(value => value.Constant is null)];
        return Of(body, (graph, value) => value.CapturedFrom!.Constant is { } elements
            ? graph.AddConstant(value.Name, elements)
            : graph.AddInput(value.Name, value.CapturedFrom.Type, value.CapturedFrom.Shape)).Graph;
    }

    /// <summary>Some nodes in a graph of their own, without outputs: what they read and none of them makes becomes inputs and
    /// constants.</summary>
    /// <param name="nodes">Nodes of one graph, in its order, without graphs inside.</param>
    public static GraphMap Alone(IReadOnlyList<Node> nodes)
    {
        var graph = new Graph { Name = nodes[0].Label, Opsets = new(nodes[0].Graph.Opsets) };
        var copies = new GraphMap(graph);
        foreach (var node in nodes)
        {
            foreach (var input in node.Inputs.OfType<Value>().Where(input => !copies.Has(input)))
            {
                copies.Add(input,
                    input.Constant is { } constant
                    ? graph.AddConstant(input.Name, constant) : graph.AddInput(input.Name, input.Type, input.Shape));
            }
            foreach (var output in node.Outputs.OfType<Value>()) copies.Add(output, Facts(output, graph.NewValue(output.Name)));
            AddNode(graph, node, copies);
        }
        return copies;
    }

    static GraphMap Of(Graph original, Func<Graph, Value, Value> capture)
    {
        var graph = new Graph
        {
            Name = original.Name,
            DocString = original.DocString,
            Metadata = new(original.Metadata),
            Opsets = new(original.Opsets),
            Foreign = original.Foreign,
        };
        var copies = new GraphMap(graph);
        foreach (var input in original.Inputs) copies.Add(input, Facts(input, graph.AddInput(input.Name, input.Type, input.Shape)));
        foreach (var constant in original.Constants)
            copies.Add(constant, Facts(constant, graph.AddConstant(constant.Name, constant.Constant!)));
        foreach (var captured in original.Captured) copies.Add(captured, Facts(captured, capture(graph, captured)));
        foreach (var node in original.Nodes)
        {
            foreach (var output in node.Outputs.OfType<Value>()) copies.Add(output, Facts(output, graph.NewValue(output.Name)));
        }
        foreach (var node in original.Nodes) AddNode(graph, node, copies);
        foreach (var output in original.Outputs) graph.AddOutput(copies[output]);
        return copies;
    }

    static void AddNode(Graph graph, Node node, GraphMap copies, string? name = null, Node? before = null)
    {
        var copy = graph.Add(
            node.Operator,
            node.Inputs.Select(input => input is null ? null : copies[input]),
            node.Outputs.Select(output => output is null ? null : copies[output]),
            CopyAttributes(node.Attributes, copies), name ?? node.Name, node.Domain, before);
        copies.Add(node, copy);
        copy.DocString = node.DocString;
        copy.Foreign = node.Foreign;
        foreach (var (key, text) in node.Metadata) copy.Metadata[key] = text;
        foreach (var captured in node.Captures) copy.AddCapture(copies[captured]);
    }

    /// <summary>
    /// Puts the nodes of a graph without inputs in the place of the node that holds it. What the node gave keeps its names; what lies
    /// inside is renamed where its names are taken.
    /// </summary>
    /// <param name="node">Is taken out.</param>
    /// <param name="body">One of its graphs, which gives what the node gives.</param>
    public static void PutInPlace(Node node, Graph body)
    {
        var (graph, results) = (node.Graph, node.Outputs.ToArray());
        var following = graph.Nodes.SkipWhile(other => other != node).Skip(1).FirstOrDefault();
        graph.Remove(node);

        var copies = new GraphMap(graph);
        foreach (var captured in body.Captured) copies.Add(captured, captured.CapturedFrom!);
        foreach (var constant in body.Constants)
            copies.Add(constant, Facts(constant, graph.AddConstant(graph.UniqueName(constant.Name), constant.Constant!)));
        foreach (var (given, result) in body.Outputs.Zip(results))
        {
            if (result is not null && given.Producer is not null && !copies.Has(given)) copies.Add(given, result);
        }
        foreach (var inside in body.Nodes.SelectMany(inside => inside.Outputs).OfType<Value>().Where(inside => !copies.Has(inside)))
        {
            var copy = graph.NewValue(graph.UniqueName(inside.Name));
            (copy.Type, copy.Shape) = (inside.Type, inside.Shape);
            copies.Add(inside, copy);
        }
        var names = graph.Nodes.Select(other => other.Name).ToHashSet();
        foreach (var inside in body.Nodes)
        {
            var name = inside.Name.Length == 0 || names.Add(inside.Name) ? inside.Name : graph.UniqueName(inside.Name);
            AddNode(graph, inside, copies, name, following);
        }
        // What a branch hands on, or gives twice, is still given by each of its names.
        foreach (var (given, result) in body.Outputs.Zip(results))
        {
            if (result is not null && copies[given] != result)
                graph.Add(new Identity(), [copies[given]], [result], name: graph.UniqueName(result.Name), before: following);
        }
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

    static Attributes CopyAttributes(Attributes original, GraphMap copies)
    {
        var copy = new Attributes(original);
        foreach (var (name, value) in original)
        {
            if (value is Graph subgraph) copy[name] = Of(subgraph, copies).Graph;
            else if (value is ISubgraph[] subgraphs)
                copy[name] = subgraphs.Select(ISubgraph (body) => Of((Graph)body, copies).Graph).ToArray();
        }
        return copy;
    }
}
