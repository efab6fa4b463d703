using Octet.Graphs;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.Tests.Passes;

public sealed class GraphBorderTests
{
    /// <summary>x → Relu "a" → Neg "b" (output); x, z → Add "c" → Exp "d" (output).</summary>
    static Graph Network()
    {
        var graph = new Graph { Name = "two", Opsets = { [""] = 13 } };
        var open = new SymbolicShape(new Dimension(null, "N"), 4);
        var (x, z) = (graph.AddInput("x", DataType.Float32, open), graph.AddInput("z", DataType.Float32, open));
        graph.AddOutput(graph.Add("Neg", [graph.Add("Relu", [x], "a")], "b"));
        graph.AddOutput(graph.Add("Exp", [graph.Add("Add", [x, z], "c")], "d"));
        ShapeInference.Annotate(graph);
        return graph;
    }

    [Fact]
    public void Cutting_keeps_what_leads_to_the_chosen_values_and_nothing_else()
    {
        var graph = Network();

        GraphBorder.KeepOutputs(graph, ["a"]);

        GraphCheck.Check(graph);
        graph.Outputs.ShouldHaveSingleItem().Name.ShouldBe("a");
        graph.Nodes.ShouldHaveSingleItem().OpType.ShouldBe("Relu");
        graph.Inputs.ShouldHaveSingleItem().Name.ShouldBe("x");
    }

    [Fact]
    public void Outputs_come_in_the_order_asked_for()
    {
        var graph = Network();

        GraphBorder.KeepOutputs(graph, ["d", "c", "b"]);

        graph.Outputs.Select(output => output.Name).ShouldBe(["d", "c", "b"]);
        graph.Nodes.Count.ShouldBe(4);
    }

    [Fact]
    public void Names_that_nothing_makes_are_listed_with_what_was_meant() =>
        Should.Throw<GraphException>(() => GraphBorder.KeepOutputs(Network(), ["B", "nonsense", "a"])).Message.ShouldContain("no node makes 'B' (did you mean 'b'?), 'nonsense'.");

    [Fact]
    public void Shapes_of_inputs_reach_everything_behind_them()
    {
        var graph = Network();

        GraphBorder.SetInputShapes(graph, [[2, 4], [2, 4]]);

        foreach (var value in graph.Values) value.Shape.ShouldBe(new SymbolicShape(2, 4), customMessage: value.Name);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Should.Throw<GraphException>(() => GraphBorder.SetInputShapes(Network(), [[2, 4]])).Message.ShouldStartWith("1 shape(s) for 2 input(s)");
        Should.Throw<GraphException>(() => GraphBorder.SetInputShapes(Network(), [[2, 4], [4]])).Message.ShouldContain("[4] for z: float32 [N, 4]");
        Should.Throw<OctetException>(() => GraphBorder.SetInputShapes(Network(), [[2, 4], [3, 4]])).Message.ShouldContain("Add");
    }
}
