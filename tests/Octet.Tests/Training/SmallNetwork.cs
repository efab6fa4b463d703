using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Training;

/// <summary>A network with a bit of everything that MobileNetV2 has, for pictures of any size with three channels; random
/// weights.</summary>
static class SmallNetwork
{
    public static Graph Create(int classes = 5)
    {
        var random = new Random(11);
        var graph = new Graph { Name = "small", Opsets = { [""] = 17 } };
        Value Constant(string name, Shape shape, double scale, double shift = 0) =>
            graph.AddConstant(graph.UniqueName(name),
                Tensor.Of<float>(shape,
                    [.. Enumerable.Range(0, shape.Length).Select(_ => (float)(shift + scale * (random.NextDouble() * 2 - 1)))]));

        Value Conv(Value x, int inputs, int outputs, int kernel, int stride, int groups = 1) =>
            graph.Add("Conv",
                [x, Constant("w", [outputs, inputs / groups, kernel, kernel], Math.Sqrt(6.0 * groups / (inputs * kernel * kernel)))],
                "conv", new()
                {
                    ["strides"] = new long[] { stride, stride },
                    ["pads"] = Enumerable.Repeat((long)(kernel / 2), 4).ToArray(),
                    ["group"] = (long)groups,
                });
        Value Normal(Value x, int channels) => graph.Add(
            "BatchNormalization",
            [x, Constant("scale", [channels], 0.2, 1), Constant("bias", [channels], 0.2), Constant("mean", [channels], 0.1),
                Constant("variance", [channels], 0.2, 1)], "norm");
        Value Relu6(Value x) =>
            graph.Add("Clip",
                [x, graph.AddConstant(graph.UniqueName("low"), Tensor.Scalar(0f)),
                    graph.AddConstant(graph.UniqueName("high"), Tensor.Scalar(6f))], "relu6");

        var x = graph.AddInput("x", DataType.Float32, new SymbolicShape(new Dimension(null, "N"), 3, 12, 12));
        var stem = Relu6(Normal(Conv(x, 3, 16, 3, 2), 16));
        var wide = Relu6(Normal(Conv(stem, 16, 32, 1, 1), 32));
        var filtered = Relu6(Normal(Conv(wide, 32, 32, 3, 1, groups: 32), 32));
        var block = graph.Add("Add", [stem, Normal(Conv(filtered, 32, 16, 1, 1), 16)], "sum");
        var last = graph.Add("HardSwish", [Normal(Conv(block, 16, 24, 3, 2), 24)], "swish");
        var pooled = graph.Add("Flatten", [graph.Add("GlobalAveragePool", [last], "pool")], "flat");
        graph.AddOutput(
            graph.Add("Gemm", [pooled, Constant("w", [classes, 24], 0.4), Constant("b", [classes], 0.1)], "scores",
                new() { ["transB"] = 1L }));
        return graph;
    }

    /// <summary>The same with a quantizer on every weight and behind every activation.</summary>
    public static Graph Quantized(int classes = 5)
    {
        var graph = Create(classes);
        var (signed, unsigned) =
            (new QuantizationSpec(8, Signed: true, Symmetric: true), new QuantizationSpec(8, Signed: false, Symmetric: false));
        foreach (var node in graph.Nodes.ToArray())
        {
            if (node.Operator.Weights is { } facts)
            {
                var weights = node.Inputs[facts.WeightInput]!;
                var rounded = graph.NewValue(graph.UniqueName("rounded"));
                var scales = Enumerable.Repeat(1 / 128f, weights.Constant!.Shape[0]).ToArray();
                graph.Add(new FakeQuantize(new(signed with { PerChannel = true }, [.. scales], [.. new int[scales.Length]], 0)), [weights],
                    [rounded], name: $"{weights.Name}_quantizer", before: node);
                node.SetInput(facts.WeightInput, rounded);
            }
            if (node.Operator is not (Clip or Add or HardSwish)) continue;
            var isSigned = node.Operator is not Clip;
            var value = graph.NewValue(graph.UniqueName("rounded"));
            Graph.ReplaceConsumers(node.Output, value, _ => true);
            var next = graph.Nodes.SkipWhile(other => other != node).ElementAt(1);
            graph.Add(new FakeQuantize(new(isSigned ? signed : unsigned, [isSigned ? 1 / 32f : 1 / 64f], [0])), [node.Output], [value],
                name: $"{node.Output.Name}_quantizer", before: next);
        }
        return graph;
    }
}
