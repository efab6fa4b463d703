using Octet.Graphs;
using Octet.Operators;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.Tests.Passes;

/// <summary>Passes that give a node a form that runs in integers.</summary>
public sealed class FormPassTests
{
    static Graph Empty(int opset = 13) => new() { Name = "form", Opsets = { [""] = opset } };

    [Fact]
    public void A_division_by_a_constant_becomes_a_product()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(2, 3));
        graph.AddOutput(graph.Add("Div", [x, graph.AddConstant("six", Tensor.Of<float>([3], 6, 0.5f, -3))], "y"));

        graph.ShouldComputeTheSameAfter(() => new DivisionToProduct().Apply(graph).ShouldBe(1));

        graph.Nodes.ShouldHaveSingleItem().Operator.ShouldBeOfType<Mul>();
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e-40f)] // its reciprocal overflows
    [InlineData(3e38f)] // its reciprocal is subnormal
    public void A_division_whose_reciprocal_is_no_normal_number_stays(float divisor)
    {
        var graph = Empty();
        graph.AddOutput(
            graph.Add("Div", [graph.AddInput("x", DataType.Float32, new(2)), graph.AddConstant("d", Tensor.Scalar(divisor))], "y"));

        new DivisionToProduct().Apply(graph).ShouldBe(0);
    }

    [Theory]
    [InlineData(0.5f, 2f, 0L, 0L, "6")]
    [InlineData(1f, 1f, 1L, 1L, "6")]
    [InlineData(2f, 1f, 1L, 0L, "1,6")]
    [InlineData(1f, 0f, 0L, 1L, "1")]
    public void A_Gemm_with_factors_or_a_turned_operand_becomes_plain(float alpha, float beta, long turnsA, long turnsB, string addend)
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, turnsA == 1 ? new(4, 3) : new(3, 4));
        var weight = graph.AddConstant("w", turnsB == 1 ? RandomTensors.Of(1, 6, 4) : RandomTensors.Of(1, 4, 6));
        var bias = graph.AddConstant("c", RandomTensors.Of(2, [.. addend.Split(',').Select(int.Parse)]));
        graph.AddOutput(
            graph.Add("Gemm", [x, weight, bias], "y",
                new() { ["alpha"] = alpha, ["beta"] = beta, ["transA"] = turnsA, ["transB"] = turnsB }));

        graph.ShouldComputeTheSameAfter(() => new PlainGemm().Apply(graph).ShouldBe(1));

        graph.Nodes[^1].Operator.ShouldBe(new Gemm(1, 1, TransposeA: false, TransposeB: turnsB == 1));
        graph.Nodes[^1].Inputs[2]!.Constant!.Shape.Rank.ShouldBe(1);
        new PlainGemm().Apply(graph).ShouldBe(0);
    }

    [Fact]
    public void A_Gemm_that_adds_a_matrix_becomes_a_plain_product_and_a_sum_and_one_that_adds_a_number_a_row()
    {
        var graph = Empty();
        var (x, weight) = (graph.AddInput("x", DataType.Float32, new(3, 4)), graph.AddConstant("w", RandomTensors.Of(1, 4, 6)));
        var matrix = graph.AddConstant("matrix", RandomTensors.Of(2, 3, 6));
        graph.AddOutput(graph.Add("Gemm", [x, weight, matrix], "y", new() { ["beta"] = 0.25f }));
        graph.AddOutput(graph.Add("Gemm", [x, weight, graph.AddConstant("number", RandomTensors.Of(3, 1))], "z"));

        graph.ShouldComputeTheSameAfter(() => new PlainGemm().Apply(graph).ShouldBe(2));

        graph.Nodes.Select(node => node.OpType).ShouldBe(["Gemm", "Add", "Gemm"]);
        graph.Nodes[2].Inputs[2]!.Constant!.Shape.ShouldBe([6]);
    }

    [Fact]
    public void A_batch_of_one_matrix_becomes_a_matrix_where_the_result_keeps_its_axes()
    {
        var graph = Empty();
        var weight = graph.AddConstant("w", RandomTensors.Of(1, 1, 4, 6));
        graph.AddOutput(graph.Add("MatMul", [graph.AddInput("x", DataType.Float32, new(2, 3, 4)), weight], "y"));
        graph.AddOutput(graph.Add("MatMul", [graph.AddInput("matrix", DataType.Float32, new(3, 4)), weight], "z"));

        graph.ShouldComputeTheSameAfter(() => new MatrixWeights().Apply(graph).ShouldBe(1));

        graph.Nodes[0].Inputs[1]!.Constant!.Shape.ShouldBe([4, 6]);
        graph.Nodes[1].Inputs[1]!.Constant!.Shape.ShouldBe([1, 4, 6]);
    }
}
