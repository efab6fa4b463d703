using Octet.Calibration;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Reporting;
using Octet.Tensors;

namespace Octet.Tests;

/// <summary>The types that README and docs/architecture.md call printable print what they hold.</summary>
[Trait("Cpu", "any")]
public sealed class PrintingTests
{
    static Model Small()
    {
        var graph = new Graph { Name = "small", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 2));
        var weight = graph.AddConstant("w", Tensor.Of<float>([2, 2], 1, 2, 3, 4));
        graph.AddOutput(graph.Add("MatMul", [x, weight], "y"));
        return Quantizer.Prepare(new() { Graph = graph, Source = "small.onnx" });
    }

    [Fact]
    public void Models_and_graphs_print_their_nodes()
    {
        Small().ToString().ShouldStartWith("small.onnx\n");
        Small().ToString().ShouldContain(Small().Graph.ToString());
        Small().Graph.ToString().ShouldContain("MatMul");
    }

    /// <remarks>[0, 2.55] in 256 steps is a scale of 0.01. Weights are [1, 2] and [3, 4] by row, so that the columns, which are the output
    /// channels, reach 3 and 4: 3 / 127 and 4 / 127.</remarks>
    [Fact]
    public void A_plan_and_a_quantized_model_print_each_value()
    {
        var model = Small();
        var plan = Planner.Plan(model.Graph, Recipes.OnnxRuntime);
        var quantized = new QuantizedModel(model, plan, _ => new ValueRange(0, 2.55f));

        plan.ToString().ShouldContain("x: uint8 asymmetric");
        quantized.ToString().ShouldContain("  x: uint8 asymmetric, scale 0.01, zero point 0\n");
        quantized.ToString().ShouldContain("  w: int8 symmetric per channel, 2 scales 0.023622 to 0.0314961, axis 1\n");
    }

    [Fact]
    public void A_table_prints_its_ranges()
    {
        var table = new CalibrationTable
        {
            Method = "minmax",
            Samples = 3,
            Ranges = new Dictionary<string, ValueRange> { ["x"] = new(-1, 2) },
            Thresholds = new Dictionary<string, float> { ["y"] = 1.5f },
        };

        table.ToString().ShouldBe("minmax, 3 samples\n  x: [-1, 2]\n  y: ±1.5\n");
    }

    [Fact]
    public void A_report_prints_what_was_done_and_what_to_do()
    {
        var report = new RunReport
        {
            Model = "a.onnx",
            Output = "b.onnx",
            Target = "onnxruntime",
            Recipe = "best",
            Method = "percentile",
            Samples = 100,
            FloatAccuracy = new([new("top1", "top-1", 70)], 400, 1),
            IntegerAccuracy = new([new("top1", "top-1", 69.5)], 400, 1),
            Outputs = [new("y", "MatMul", 30.04, 0.9995)],
        };

        var text = report.ToString();

        text.ShouldStartWith("a.onnx → b.onnx: recipe best, method percentile, 100 samples, for onnxruntime\n");
        text.ShouldContain("top-1 70.00 % float, 69.50 % integer, 400 samples");
        text.ShouldContain("output y: SQNR 30.0 dB, cosine 0.999500");
        text.ShouldEndWith(report.Advice.ToString());
    }
}
