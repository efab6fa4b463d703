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
