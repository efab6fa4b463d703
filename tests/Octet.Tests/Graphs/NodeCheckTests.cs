using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Graphs;

/// <summary>What a node lacks, or has too much of, is told when the graph is checked, before anybody relies on it.</summary>
public sealed class NodeCheckTests
{
    [Fact]
    public void A_missing_input_is_told() => Problem("MatMul", ["x"], ["y"]).ShouldContain("node 'n' (MatMul): input 1 is missing");

    [Fact]
    public void A_node_without_outputs_is_told() => Problem("Identity", ["x"], []).ShouldContain("node 'n' (Identity) has no output");

    [Fact]
    public void A_first_output_that_is_left_out_is_told() =>
    Problem("Dropout", ["x"], ["", "mask"]).ShouldContain("node 'n' (Dropout) leaves its first output out, which Dropout always gives");

    [Fact]
    public void Too_many_outputs_are_told() =>
    Problem("Relu", ["x"], ["y", "z"]).ShouldContain("node 'n' (Relu) has 2 outputs, but Relu gives at most 1");

    [Fact]
    public void Too_many_inputs_are_told() =>
    Problem("Mul", ["x", "one", "two"], ["y"]).ShouldContain("node 'n' (Mul) has 3 inputs, but Mul takes at most 2");

    [Fact]
    public void Outputs_that_an_operator_may_leave_out_are_left_out() => Check("TopK", ["x", "one"], ["", "places"]);

    [Fact]
    public void Parameters_of_different_lengths_are_told() =>
        Problem("BatchNormalization", ["x", "one", "two", "one", "one"], ["y"])
        .ShouldContain("scale, bias, mean and variance have one element for each channel, but there are 1, 2, 1, 1");

    [Fact]
    public void Weights_of_too_few_dimensions_are_told() =>
    Problem("Conv", ["x", "two"], ["y"]).ShouldContain("node 'n' (Conv): weights have shape [2]");

    [Fact]
    public void An_output_that_a_model_lists_twice_is_told()
    {
        var graph = new Graph { Opsets = { [""] = 18 } };
        var y = graph.Add("Neg", [graph.AddInput("x", DataType.Float32, new(2))], "y");
        graph.AddOutput(y);
        graph.AddOutput(y);

        Should.Throw<GraphException>(() => GraphCheck.Check(graph)).Message.ShouldContain("the output 'y' is listed 2 times");
    }

    static string Problem(string opType, string[] inputs, string[] outputs) =>
        Should.Throw<GraphException>(() => Check(opType, inputs, outputs)).Message;

    static void Check(string opType, string[] inputs, string[] outputs)
    {
        var graph = new Graph { Opsets = { [""] = 18 } };
        graph.AddInput("x", DataType.Float32, new(1, 2, 3, 3));
        graph.AddConstant("one", Tensor.Vector(1));
        graph.AddConstant("two", Tensor.Vector(1, 2));
        var attributes = new Attributes { OutputCount = outputs.Length };
        graph.Add(OperatorTable.Create("", opType, 18, attributes), inputs.Select(graph.FindValue),
            outputs.Select(name => name.Length == 0 ? null : graph.NewValue(name)), attributes, "n");
        GraphCheck.Check(graph);
    }
}
