using Octet.Data;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary><see cref="RuntimeVerification"/> says what ONNX Runtime executes in integers, and why it leaves the rest in floats.</summary>
public sealed class RuntimeVerificationTests
{
    static readonly VerificationOptions Untimed = new() { TimeToMeasure = TimeSpan.Zero };

    [Fact]
    public void An_exported_model_runs_in_integers_with_the_outputs_that_Octet_computes()
    {
        using var folder = new TemporaryFolder();
        var (model, path) = (Signs.Load(), folder.PathOf("signs.int8.onnx"));
        var samples = Quantizer.OpenSamples(model, Signs.Calibration).Take(8);
        Quantizer.Quantize(model, samples, new() { Recipe = Recipes.Find("fast")! }).Save(path);

        var report = RuntimeVerification.Verify(path, Untimed with { Samples = samples, FloatModel = Signs.Model });

        report.Layers.Count.ShouldBe(32);
        report.Layers.ShouldAllBe(layer => layer.Execution == LayerExecution.Integer && layer.Reason == null);
        report.Layers.Select(layer => layer.Kernel).Distinct().ShouldBe(["QLinearConv", "QGemm"]);
        report.Samples.ShouldBe(8);
        report.Outputs.ShouldHaveSingleItem().Differing.ShouldBe(0);
        report.Agrees.ShouldBeTrue();
        report.Verdict.ShouldBe(["All 32 layers run in integers."]);
    }

    [Fact]
    public void A_float_model_is_said_to_run_in_floats_layer_by_layer()
    {
        var report = RuntimeVerification.Verify(Signs.Model, Untimed);

        report.IntegerLayers.ShouldBe(0);
        report.FloatLayers.ShouldBe(32);
        report.Layers[^1].Reason.ShouldBe("its input '/Flatten_output_0' is not quantized, and its weights are not quantized");
        report.Verdict.ShouldContain("Nothing runs in integers: all 32 layers compute with floats.");
    }

    [Fact]
    public void Times_and_the_operators_they_go_to_are_measured()
    {
        var report = RuntimeVerification.Verify(Signs.Model,
            new() { TimeToMeasure = TimeSpan.FromMilliseconds(1), FloatModel = Signs.Model });

        report.Milliseconds!.Value.ShouldBeGreaterThan(0);
        report.Speedup!.Value.ShouldBeGreaterThan(0);
        report.Times.Select(time => time.Operator).ShouldContain("Gemm");
        report.Times.Sum(time => time.Percent).ShouldBe(100, 0.001);
    }

    [Theory]
    [InlineData(Missing.Input, "its input 'x' is not quantized")]
    [InlineData(Missing.Output, "its output leaves the model as floats: no QuantizeLinear reads it")]
    [InlineData(Missing.Nothing, null)]
    public void The_reason_names_what_the_file_lacks(Missing missing, string? reason)
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("conv.onnx");
        OnnxWriter.Write(new Model { Graph = Layer(missing) }, path);

        var layer = RuntimeVerification.Verify(path, Untimed).Layers.ShouldHaveSingleItem();

        layer.Name.ShouldBe("layer");
        layer.Execution.ShouldBe(reason is null ? LayerExecution.Integer : LayerExecution.Float);
        layer.Reason.ShouldBe(reason);
    }

    [Fact]
    public void A_model_that_the_runtime_refuses_is_told_with_its_words()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("unknown.onnx");
        var graph = new Graph { Name = "unknown", Opsets = { [""] = 13, ["somebody"] = 1 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 4));
        var y = graph.NewValue("y");
        graph.Add(OperatorTable.Create("somebody", "Unheard", 1, []), [x], [y], domain: "somebody");
        (y.Type, y.Shape) = (DataType.Float32, x.Shape);
        graph.AddOutput(y);
        OnnxWriter.Write(new Model { Graph = graph }, path);

        Should.Throw<VerificationException>(() => RuntimeVerification.Verify(path, Untimed)).Message.ShouldContain("does not load");
    }

    public enum Missing
    {
        Nothing,
        Input,
        Output,
    }

    /// <summary>A convolution between QuantizeLinear and DequantizeLinear nodes, of which some are left out.</summary>
    static Graph Layer(Missing missing)
    {
        var graph = new Graph { Name = "layer", Opsets = { [""] = 13 } };
        var input = graph.AddInput("x", DataType.Float32, new(1, 3, 6, 6));
        var integers = new Tensor(DataType.Int8, [2, 3, 3, 3]);
        integers.AsSpan<sbyte>().Fill(3);
        var weights = graph.Add("DequantizeLinear",
            [graph.AddConstant("w", integers), Scale(graph, "w"), Zero(graph, "w", DataType.Int8)], "w_real", []);
        var x = missing == Missing.Input ? input : Rounded(graph, input, "x");
        var y = graph.Add("Conv", [x, weights], "layer", []);
        graph.AddOutput(missing == Missing.Output ? y : Rounded(graph, y, "y"));
        return graph;
    }

    static Value Rounded(Graph graph, Value value, string name)
    {
        var rounded = graph.Add("QuantizeLinear", [value, Scale(graph, name), Zero(graph, name, DataType.UInt8)], $"{name}_rounded", []);
        var real = graph.Add("DequantizeLinear", [rounded, .. rounded.Producer!.Inputs.Skip(1)], $"{name}_real", []);
        return real;
    }

    static Value Scale(Graph graph, string name)
    {
        var scale = new Tensor(DataType.Float32, []);
        scale.AsSpan<float>()[0] = 0.02f;
        return graph.AddConstant($"{name}_scale", scale);
    }

    static Value Zero(Graph graph, string name, DataType type) => graph.AddConstant($"{name}_zero", new Tensor(type, []));
}
