using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Graphs;

/// <summary>Small graphs. Their operators are of no known type, for structure is all that these tests look at.</summary>
static class GraphSamples
{
    public static Operator Op(string type) => new UnsupportedOperator(type, "");

    public static Node AddNode(Graph graph, string type, Value?[] inputs, string output) =>
        graph.Add(Op(type), inputs, [graph.NewValue(output)], name: output);

    /// <summary>x → first → second → …, each node named like its output.</summary>
    public static Graph Chain(params string[] names)
    {
        var graph = new Graph { Name = "chain", Opsets = { [""] = 13 } };
        var value = graph.AddInput("x", DataType.Float32, new SymbolicShape(new Dimension(null, "N"), 3));
        foreach (var name in names) value = AddNode(graph, "Step", [value], name).Output;
        graph.AddOutput(value);
        return graph;
    }

    /// <summary>A graph whose last node has a body that reads <paramref name="captured"/> from around it.</summary>
    public static Graph WithBody(out Value captured, out Node owner)
    {
        var graph = new Graph { Name = "main", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, null);
        captured = AddNode(graph, "Exp", [x], "captured").Output;

        var body = new Graph { Name = "body" };
        var inside = AddNode(body, "Neg", [body.AddCaptured(captured)], "inside");
        body.AddOutput(inside.Output);

        var result = graph.NewValue("result");
        owner = graph.Add(Op("Once"), [x], [result], new Attributes { { "body", body } }, name: "owner");
        graph.AddOutput(result);
        return graph;
    }
}
