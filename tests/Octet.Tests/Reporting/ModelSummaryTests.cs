using Octet.Graphs;
using Octet.Onnx;
using Octet.Operators;
using Octet.Reporting;
using Octet.Tensors;

namespace Octet.Tests.Reporting;

public sealed class ModelSummaryTests
{
    [Fact]
    public void Multiplications_are_counted_as_the_definitions_of_the_operators_have_them()
    {
        // Output elements times the length of the sum that makes each; a transposed convolution, input elements times outgoing weights.
        MacsOf("Conv", [], ["x", 1, 8, 10, 10], [16, 4, 3, 3]).ShouldBe(16 * 8 * 8 * 4 * 9);
        MacsOf("ConvTranspose", [], ["x", 1, 8, 10, 10], [8, 4, 3, 3]).ShouldBe(8 * 10 * 10 * 4 * 9);
        MacsOf("MatMul", [], ["x", 2, 5, 7], [7, 3]).ShouldBe(2 * 5 * 7 * 3);
        MacsOf("Gemm", new() { { "transA", 1L } }, ["x", 7, 5], [7, 3]).ShouldBe(5 * 7 * 3);
        MacsOf("Relu", [], ["x", 7, 5], null).ShouldBe(0);
    }

    [Fact]
    public void MobileNetV2_has_its_well_known_300_million_multiplications()
    {
        var summary = ModelSummary.Of(OnnxReader.Read(SharedFolder.Require("models", "mobilenet_v2_1.0_224.onnx")));

        summary.Macs.ShouldBe(300_774_272);
        summary.Operators.Select(entry => (entry.Operator, entry.Count)).ShouldContain(("Conv", 52));
        summary.Inputs[0].ToString().ShouldBe("input: float32 [N, 3, 224, 224]");
    }

    [Fact]
    public void Without_sizes_there_is_no_count_and_unknown_operators_are_marked()
    {
        var graph = new Graph { Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new SymbolicShape(1, new Dimension(null, "length")));
        graph.AddOutput(graph.Add("Warp", [graph.Add("Relu", [x], "y")], "z"));

        var summary = ModelSummary.Of(new() { Graph = graph });

        summary.Macs.ShouldBeNull();
        summary.Operators.ShouldBe([new("Relu", 1, true), new("Warp", 1, false)]);
    }

    [Fact]
    public void Nodes_are_listed_with_the_names_that_recipes_take()
    {
        var graph = new Graph { Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 3));
        var constant = graph.Add("Constant", [], "two", new() { ["value"] = Tensor.Scalar(2f) });
        graph.AddOutput(graph.Add("Mul", [graph.Add("Relu", [x], "hidden"), constant], "y"));
        ShapeInference.Annotate(graph);

        ModelSummary.Of(new() { Graph = graph }).Nodes.ShouldBeNull();
        ModelSummary.Of(new() { Graph = graph }, withNodes: true).Nodes!.Select(node => $"{node.Operator} {node.Name} {node.Outputs[0]}")
            .ShouldBe(["Relu hidden hidden: float32 [1, 3]", "Mul y y: float32 [1, 3]"]);
    }

    static long? MacsOf(string opType, Attributes attributes, object[] input, int[]? weights)
    {
        var graph = new Graph { Opsets = { [""] = 13 } };
        var x = graph.AddInput((string)input[0], DataType.Float32, SymbolicShape.From(new(input.Skip(1).Cast<int>().ToArray())));
        Value?[] inputs = weights is null ? [x] : [x, graph.AddConstant("w", new(DataType.Float32, new(weights)))];
        if (opType == "Conv") attributes = new(attributes) { { "group", 2L } };
        graph.AddOutput(graph.Add(opType, inputs, "y", attributes));
        return ModelSummary.Of(new() { Graph = graph }).Macs;
    }
}
