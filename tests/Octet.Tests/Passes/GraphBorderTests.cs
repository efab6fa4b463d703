using Octet.Graphs;
using Octet.Operators;
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
        Should.Throw<GraphException>(() => GraphBorder.KeepOutputs(Network(), ["B", "nonsense", "a"])).Message.ShouldContain(
            "no node makes 'B' (did you mean 'b'?), 'nonsense'.");

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
        Should.Throw<GraphException>(() => GraphBorder.SetInputShapes(Network(), [[2, 4]])).Message.ShouldStartWith(
            "1 shape(s) for 2 input(s)");
        Should.Throw<GraphException>(() => GraphBorder.SetInputShapes(Network(), [[2, 4], [4]])).Message.ShouldContain(
            "[4] for z: float32 [N, 4]");
        Should.Throw<OctetException>(() => GraphBorder.SetInputShapes(Network(), [[2, 4], [3, 4]])).Message.ShouldContain("Add");
    }

    /// <summary>A layer of 2 or of 3 outputs, by the rate that an input gives.</summary>
    static Graph TwoRates()
    {
        var graph = new Graph { Name = "rates", Opsets = { [""] = 13 } };
        var (x, rate) = (graph.AddInput("x", DataType.Float32, new(1, 4)), graph.AddInput("rate", DataType.Int64, new()));
        Graph Branch(string name, int outputs)
        {
            var branch = new Graph { Name = name, Opsets = { [""] = 13 } };
            branch.AddOutput(
                branch.Add("MatMul", [branch.AddCaptured(x), branch.AddConstant($"{name}.w", RandomTensors.Of(outputs, 4, outputs))],
                    $"{name}.y"));
            return branch;
        }
        var isHigh = graph.Add("Equal", [rate, graph.AddConstant("high", Tensor.Scalar(16000L))], "is high");
        graph.AddOutput(
            graph.Add(new If(1), [isHigh], [graph.NewValue("y")],
                new() { { "then_branch", Branch("then", 2) }, { "else_branch", Branch("else", 3) } }, name: "choice").Output);
        return graph;
    }

    [Theory, InlineData(16000, 2), InlineData(8000, 3)]
    public void An_input_that_is_fixed_decides_which_branch_stays(double rate, int outputs)
    {
        var graph = TwoRates();

        GraphBorder.FixInputs(graph, new Dictionary<string, double> { ["rate"] = rate });
        PassPipeline.Prepare.Apply(graph);

        graph.Inputs.ShouldHaveSingleItem().Name.ShouldBe("x");
        graph.Nodes.ShouldHaveSingleItem().OpType.ShouldBe("MatMul");
        graph.Outputs.ShouldHaveSingleItem().ToString().ShouldBe($"y: float32 [1, {outputs}]");
    }

    [Fact]
    public void Inputs_that_cannot_be_fixed_are_listed() =>
        Should.Throw<GraphException>(
            () => GraphBorder.FixInputs(TwoRates(), new Dictionary<string, double> { ["rat"] = 1, ["rate"] = 0.5 })).Message
            .ShouldBe("Inputs of the graph 'rates' cannot be fixed so: 'rat' is no input (did you mean 'rate'?); rate: int64 [] cannot be "
                + "0.5: it takes a shape that is known, and a number of its type.");
}
