using Octet.Graphs;
using Octet.Operators;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.Tests.Passes;

public sealed class FoldBiasTests
{
    static Graph Empty(int opset = 13) => new() { Name = "bias", Opsets = { [""] = opset } };

    public static TheoryData<string> Addends => ["6,1,1", "1,6,1,1", "1", ""];

    [Theory, MemberData(nameof(Addends))]
    public void The_addition_of_a_number_for_each_channel_becomes_the_bias_of_a_convolution(string shape)
    {
        int[] extents = [.. shape.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        foreach (var hasBias in (bool[])[false, true])
        {
            var graph = Empty();
            var x = graph.AddInput("x", DataType.Float32, new(1, 4, 5, 5));
            var conv = graph.Add("Conv",
                [x, graph.AddConstant("w", RandomTensors.Of(1, 6, 4, 3, 3)),
                    .. hasBias ? new[] { graph.AddConstant("b", RandomTensors.Of(2, 6)) } : []], "conv");
            graph.AddOutput(graph.Add("Add", [graph.AddConstant("a", RandomTensors.Of(3, extents)), conv], "y"));

            graph.ShouldComputeTheSameAfter(() => new FoldBias().Apply(graph).ShouldBe(1));

            graph.Nodes.ShouldHaveSingleItem().Output.Name.ShouldBe("y");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_transposed_convolution_in_groups_takes_it_too(int groups)
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(1, 4, 5, 5));
        var conv = graph.Add("ConvTranspose", [x, graph.AddConstant("w", RandomTensors.Of(1, 4, 6 / groups, 3, 3))], "conv",
            new() { ["group"] = (long)groups });
        graph.AddOutput(graph.Add("Add", [conv, graph.AddConstant("a", RandomTensors.Of(3, 6, 1, 1))], "y"));

        graph.ShouldComputeTheSameAfter(() => new FoldBias().Apply(graph).ShouldBe(1));
    }

    [Fact]
    public void A_product_of_matrices_with_an_addition_becomes_one_node()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(3, 4));
        var product = graph.Add("MatMul", [x, graph.AddConstant("w", RandomTensors.Of(1, 4, 6))], "product");
        graph.AddOutput(graph.Add("Add", [product, graph.AddConstant("a", RandomTensors.Of(3, 6))], "y"));

        graph.ShouldComputeTheSameAfter(() => new FoldBias().Apply(graph).ShouldBe(1));

        graph.Nodes.ShouldHaveSingleItem().Operator.ShouldBeOfType<Gemm>();
    }

    [Theory]
    [InlineData(new[] { 5, 1 })] // a number for each row of the image
    [InlineData(new[] { 5, 5 })]
    [InlineData(new[] { 1, 1, 6, 1, 1 })] // makes an axis more
    public void What_is_no_bias_stays(int[] extents)
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(1, 4, 7, 7));
        var conv = graph.Add("Conv", [x, graph.AddConstant("w", RandomTensors.Of(1, 6, 4, 3, 3))], "conv");
        graph.AddOutput(graph.Add("Add", [conv, graph.AddConstant("a", RandomTensors.Of(3, extents))], "y"));

        new FoldBias().Apply(graph).ShouldBe(0);
    }

    [Fact]
    public void A_sum_that_others_read_before_the_addition_stays()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(1, 4, 5, 5));
        var conv = graph.Add("Conv", [x, graph.AddConstant("w", RandomTensors.Of(1, 6, 4, 3, 3))], "conv");
        graph.AddOutput(graph.Add("Add", [conv, graph.AddConstant("a", RandomTensors.Of(3, 6, 1, 1))], "y"));
        graph.AddOutput(conv);

        new FoldBias().Apply(graph).ShouldBe(0);
    }
}
