using Octet.Graphs;
using Octet.Operators;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.Tests.Passes;

public sealed class FoldBatchNormalizationTests
{
    static Graph Empty() => new() { Name = "norm", Opsets = { [""] = 15 } };

    static Value Norm(Graph graph, Value x, int channels, string name = "norm") => graph.Add("BatchNormalization",
    [
        x,
        graph.AddConstant($"{name}.gamma", RandomTensors.Of(11, channels)),
        graph.AddConstant($"{name}.beta", RandomTensors.Of(12, channels)),
        graph.AddConstant($"{name}.mean", RandomTensors.Of(13, channels)),
        graph.AddConstant($"{name}.variance", RandomTensors.Positive(14, channels)),
    ], name, new() { ["epsilon"] = 1e-3f });

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    public void Folds_into_a_convolution_with_and_without_bias_and_groups(bool bias, int groups)
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(1, 4, 5, 5));
        var weight = graph.AddConstant("w", RandomTensors.Of(1, 6, 4 / groups, 3, 3));
        var conv = graph.Add("Conv", [x, weight, .. bias ? new[] { graph.AddConstant("b", RandomTensors.Of(2, 6)) } : []], "conv",
            new() { ["group"] = (long)groups });
        graph.AddOutput(Norm(graph, conv, 6));

        graph.ShouldComputeTheSameAfter(() => new FoldBatchNormalization().Apply(graph).ShouldBe(1));

        graph.Nodes.ShouldHaveSingleItem().Output.Name.ShouldBe("norm");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Folds_into_a_transposed_convolution_with_groups(int groups)
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(1, 4, 5, 5));
        var weight = graph.AddConstant("w", RandomTensors.Of(1, 4, 6 / groups, 3, 3));
        var conv = graph.Add("ConvTranspose", [x, weight, graph.AddConstant("b", RandomTensors.Of(2, 6))], "conv",
            new() { ["group"] = (long)groups });
        graph.AddOutput(Norm(graph, conv, 6));

        graph.ShouldComputeTheSameAfter(() => new FoldBatchNormalization().Apply(graph).ShouldBe(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Folds_into_a_product_of_either_orientation(int transposed)
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(3, 4));
        var weight = graph.AddConstant("w", transposed == 1 ? RandomTensors.Of(1, 6, 4) : RandomTensors.Of(1, 4, 6));
        var product =
            graph.Add("Gemm", [x, weight, graph.AddConstant("c", RandomTensors.Of(2, 6))], "gemm",
                new() { ["transB"] = (long)transposed, ["alpha"] = 0.5f });
        graph.AddOutput(Norm(graph, product, 6));

        graph.ShouldComputeTheSameAfter(() => new FoldBatchNormalization().Apply(graph).ShouldBe(1));
    }

    [Fact]
    public void Weights_that_another_node_reads_stay_as_they_are_for_it()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(1, 4, 5, 5));
        var weight = graph.AddConstant("w", RandomTensors.Of(1, 4, 4, 1, 1));
        var first = Norm(graph, graph.Add("Conv", [x, weight], "first"), 4, "norm1");
        graph.AddOutput(Norm(graph, graph.Add("Conv", [first, weight], "second"), 4, "norm2"));
        graph.AddOutput(graph.Add("Conv", [x, weight], "third"));

        graph.ShouldComputeTheSameAfter(() => new FoldBatchNormalization().Apply(graph).ShouldBe(2));
    }

    [Fact]
    public void A_convolution_whose_output_somebody_else_reads_is_left_alone()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(1, 4, 5, 5));
        var conv = graph.Add("Conv", [x, graph.AddConstant("w", RandomTensors.Of(1, 4, 4, 1, 1))], "conv");
        graph.AddOutput(Norm(graph, conv, 4));
        graph.AddOutput(graph.Add("Relu", [conv], "relu"));

        graph.ShouldComputeTheSameAfter(() => new FoldBatchNormalization().Apply(graph).ShouldBe(0));
    }

    [Fact]
    public void A_product_that_scales_its_bias_is_left_alone()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(3, 4));
        var product =
            graph.Add("Gemm", [x, graph.AddConstant("w", RandomTensors.Of(1, 4, 6)), graph.AddConstant("c", RandomTensors.Of(2, 6))],
                "gemm", new() { ["beta"] = 2f });
        graph.AddOutput(Norm(graph, product, 6));

        graph.ShouldComputeTheSameAfter(() => new FoldBatchNormalization().Apply(graph).ShouldBe(0));
    }
}
