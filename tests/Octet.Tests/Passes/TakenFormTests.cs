using Octet.Graphs;
using Octet.Operators;
using Octet.Passes;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests.Passes;

/// <summary>Forms in which other tools leave models: what a runtime fused, 16-bit floats inside, outputs of training.</summary>
public sealed class TakenFormTests
{
    const string OnnxRuntime = "com.microsoft";

    static Graph Empty(int opset = 13) => new() { Name = "taken", Opsets = { [""] = opset, [OnnxRuntime] = 1 } };

    static Value Fused(Graph graph, string opType, Attributes attributes, params Value?[] inputs)
    {
        var output = graph.NewValue("y");
        graph.Add(OperatorTable.Create(OnnxRuntime, opType, 1, attributes), inputs, [output], attributes, name: "fused",
            domain: OnnxRuntime);
        output.Type = DataType.Float32;
        graph.AddOutput(output);
        return output;
    }

    static Tensor Run(Graph graph) => new Session(graph).Run(graph.Inputs.Index().ToDictionary(
        entry => entry.Item.Name, entry => RandomTensors.Of(100 + entry.Index, [.. entry.Item.Shape!.Fill((_, _) => 2).Dimensions])))["y"];

    [Theory]
    [InlineData("Relu", new float[0])]
    [InlineData("LeakyRelu", new[] { 0.2f })]
    [InlineData("Clip", new[] { -0.1f, 0.3f })]
    [InlineData("HardSigmoid", new[] { 0.3f, 0.4f })]
    public void A_convolution_with_its_activation_and_an_addend_is_taken_apart(string activation, float[] parameters)
    {
        var (fused, plain) = (Empty(), Empty());
        foreach (var graph in (Graph[])[fused, plain])
        {
            var x = graph.AddInput("x", DataType.Float32, new(1, 2, 5, 5));
            var addend = graph.AddInput("z", DataType.Float32, new(1, 3, 5, 5));
            Value[] layer = [x, graph.AddConstant("w", RandomTensors.Of(1, 3, 2, 3, 3)), graph.AddConstant("b", RandomTensors.Of(2, 3))];
            var window = new Attributes { ["pads"] = new long[] { 1, 1, 1, 1 } };
            if (graph == fused)
            {
                Fused(graph, "FusedConv", new(window) { ["activation"] = activation, ["activation_params"] = parameters },
                    [.. layer, addend]);
                continue;
            }
            var sum = graph.Add("Add", [graph.Add("Conv", layer, "conv", window), addend], "sum");
            graph.AddOutput(activation switch
            {
                "Clip" => graph.Add("Clip",
                    [sum, graph.AddConstant("low", Tensor.Scalar(parameters[0])), graph.AddConstant("high", Tensor.Scalar(parameters[1]))],
                    "y"),
                "LeakyRelu" => graph.Add("LeakyRelu", [sum], "y", new() { ["alpha"] = parameters[0] }),
                "HardSigmoid" => graph.Add("HardSigmoid", [sum], "y", new() { ["alpha"] = parameters[0], ["beta"] = parameters[1] }),
                _ => graph.Add(activation, [sum], "y"),
            });
        }

        new Unfuse().Apply(fused).ShouldBe(1);

        fused.Nodes.Select(node => node.OpType).ShouldBe(["Conv", "Add", activation]);
        Run(fused).Floats.ToArray().ShouldBe(Run(plain).Floats.ToArray(), 1e-5);
    }

    [Theory]
    [InlineData(0L, 0L, 1f)]
    [InlineData(1L, 1L, 0.5f)]
    public void A_product_with_turned_operands_and_a_factor_is_taken_apart(long turnsA, long turnsB, float factor)
    {
        var (fused, plain) = (Empty(), Empty());
        var weight = RandomTensors.Of(1, turnsB == 1 ? [6, 4] : [4, 6]);
        foreach (var graph in (Graph[])[fused, plain])
        {
            var x = graph.AddInput("x", DataType.Float32, turnsA == 1 ? new(4, 3) : new(3, 4));
            var attributes = new Attributes { ["transA"] = turnsA, ["transB"] = turnsB, ["alpha"] = factor };
            if (graph == fused) Fused(graph, "FusedMatMul", attributes, x, graph.AddConstant("w", weight));
            else graph.AddOutput(graph.Add("Gemm", [x, graph.AddConstant("w", weight)], "y", attributes));
        }

        new Unfuse().Apply(fused).ShouldBe(1);

        Run(fused).Floats.ToArray().ShouldBe(Run(plain).Floats.ToArray(), 1e-5);
    }

    [Fact]
    public void Float16_between_float32_inputs_and_outputs_becomes_float32()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(2, 4));
        var narrow = graph.Add("Cast", [x], "narrow", new() { ["to"] = (long)DataType.Float16 });
        var weight = Tensor.Of<Half>([4, 3], [.. RandomTensors.Of(1, 4, 3).Floats.ToArray().Select(number => (Half)number)]);
        var product = graph.Add("MatMul", [narrow, graph.AddConstant("w", weight)], "product");
        graph.AddOutput(graph.Add("Cast", [product], "y", new() { ["to"] = (long)DataType.Float32 }));
        ShapeInference.Annotate(graph);

        // A half keeps 11 bits.
        graph.ShouldComputeTheSameAfter(() => new WidenFloats().Apply(graph).ShouldBe(2), tolerance: 1e-2f);

        graph.Nodes.Select(node => node.OpType).ShouldBe(["MatMul", "Cast"]);
        graph.Values.ShouldAllBe(value => value.Type == DataType.Float32);
        new WidenFloats().Apply(graph).ShouldBe(0);
    }

    [Fact]
    public void Outputs_of_training_that_nobody_reads_are_dropped()
    {
        var graph = Empty(opset: 9);
        var x = graph.AddInput("x", DataType.Float32, new(2, 3, 4, 4));
        Value?[] inputs = [x, .. Enumerable.Range(1, 4).Select(i => graph.AddConstant($"p{i}", RandomTensors.Positive(i, 3)))];
        var outputs = ((string[])["y", "mean", "variance", "saved_mean", "saved_variance"]).Select(graph.NewValue).ToArray();
        var attributes = new Attributes { OutputCount = 5 };
        graph.Add(OperatorTable.Create("", "BatchNormalization", 9, attributes), inputs, outputs, attributes, name: "norm");
        graph.AddOutput(outputs[0]);

        new DropUnreadOutputs().Apply(graph).ShouldBe(1);

        graph.Nodes.ShouldHaveSingleItem().Operator.ShouldBeOfType<BatchNormalization>();
        graph.Nodes[0].Outputs.Count.ShouldBe(1);
        Run(graph).Length.ShouldBe(2 * 3 * 4 * 4);
    }

    [Fact]
    public void Constants_of_16_bits_are_folded_by_operators_of_32()
    {
        var graph = Empty();
        var narrow = graph.AddConstant("c", Tensor.Of<Half>([2, 2], (Half)1, (Half)4, (Half)3, (Half)2));
        var max = graph.Add("ReduceMax", [narrow], "most", new() { ["axes"] = new long[] { 1 } });
        graph.AddOutput(graph.Add("Cast", [max], "y", new() { ["to"] = (long)DataType.Float32 }));

        new FoldConstants().Apply(graph).ShouldBe(1);

        Run(graph).Floats.ToArray().ShouldBe([4, 3]);
    }
}
