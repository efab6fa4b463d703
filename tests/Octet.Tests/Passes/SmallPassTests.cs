using Octet.Graphs;
using Octet.Operators;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.Tests.Passes;

public sealed class SmallPassTests
{
    static Graph Empty(int opset = 13) => new() { Name = "small", Opsets = { [""] = opset } };

    [Fact]
    public void Constants_are_folded_through_several_nodes()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(2, 3));
        var sum = graph.Add("Add", [graph.AddConstant("a", RandomTensors.Of(1, 3)), graph.AddConstant("b", RandomTensors.Of(2, 3))], "sum");
        graph.AddOutput(graph.Add("Mul", [x, graph.Add("Neg", [sum], "negative")], "y"));

        graph.ShouldComputeTheSameAfter(() => PassPipeline.Prepare.Apply(graph).ShouldContain(("fold-constants", 2)));

        GraphText.Write(graph).ShouldBe(
            """
            graph small (opset 13)
              in  x: float32 [2, 3]
              y = Mul(x, CONSTANT)
              out y: float32 [2, 3]

            """.Replace("CONSTANT", $"[{string.Join(", ", graph.Constants[0].Constant!.Floats.ToArray())}]"));
    }

    [Fact]
    public void A_result_far_larger_than_what_it_is_made_from_is_not_folded()
    {
        var graph = Empty();
        var shape = graph.AddConstant("shape", Tensor.Vector(30_000, 30_000));
        graph.AddOutput(graph.Add("ReduceSum", [graph.Add("ConstantOfShape", [shape], "zeros")], "y"));

        new FoldConstants().Apply(graph).ShouldBe(0);
    }

    [Fact]
    public void Weights_stored_as_integers_are_unpacked_only_when_asked()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(2));
        var weight = graph.AddConstant("w", Tensor.Of<sbyte>([2], -3, 5));
        graph.AddOutput(
            graph.Add("Mul", [x, graph.Add("DequantizeLinear", [weight, graph.AddConstant("s", Tensor.Scalar(0.5f))], "real")], "y"));

        new FoldConstants().Apply(graph).ShouldBe(0);
        new FoldConstants { UnpackWeights = true }.Apply(graph).ShouldBe(1);

        graph.Nodes.ShouldHaveSingleItem().Inputs[1]!.Constant!.Floats.ToArray().ShouldBe([-1.5f, 2.5f]);
    }

    [Fact]
    public void Identity_and_dropout_go_and_outputs_keep_their_names()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(2, 3));
        var relu = graph.Add("Relu", [graph.Add("Identity", [x], "same")], "relu");
        var dropped = graph.Add("Dropout", [relu], "dropped");
        graph.AddOutput(dropped);
        graph.AddOutput(graph.Add("Neg", [relu], "y"));

        graph.ShouldComputeTheSameAfter(() => new RemoveIdentity().Apply(graph).ShouldBe(2));

        graph.Outputs.Select(output => output.Name).ShouldBe(["dropped", "y"]);
        graph.Nodes.Select(node => node.OpType).ShouldBe(["Relu", "Neg"]);
    }

    [Fact]
    public void An_identity_between_input_and_output_stays()
    {
        var graph = Empty();
        graph.AddOutput(graph.Add("Identity", [graph.AddInput("x", DataType.Float32, new(2, 3))], "y"));

        graph.ShouldComputeTheSameAfter(() => new RemoveIdentity().Apply(graph).ShouldBe(0));
    }

    [Fact]
    public void What_nobody_reads_is_removed_back_to_its_constants()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(2, 3));
        graph.Add("Neg", [graph.Add("Mul", [x, graph.AddConstant("unused", Tensor.Scalar(2f))], "a")], "b");
        graph.AddOutput(graph.Add("Relu", [x], "y"));

        new RemoveUnused().Apply(graph).ShouldBe(3);

        graph.Nodes.ShouldHaveSingleItem().OpType.ShouldBe("Relu");
        graph.Constants.ShouldBeEmpty();
    }
}
