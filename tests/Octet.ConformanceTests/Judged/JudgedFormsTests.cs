using Octet.Calibration.Methods;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>Small models of a form that ONNX Runtime once refused, or left in floats: each export loads, agrees, and runs its layers in
/// integers.</summary>
public sealed class JudgedFormsTests
{
    readonly Random _random = new(20261130);

    static Graph Empty(int opset = 13) => new() { Name = "form", Opsets = { [""] = opset } };

    [Fact]
    public void Nodes_that_are_called_like_values_keep_their_names_and_added_ones_get_others()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(1, 3, 6, 6));
        // The names that an export would give to its own nodes and values.
        string[] names = ["y", "x_quantizer", "x_quantized", "w_quantizer", "y_quantizer", "y_quantized"];
        foreach (var name in names)
        {
            var value = graph.NewValue(name);
            var attributes = new Attributes { ["pads"] = new long[] { 1, 1, 1, 1 } };
            var conv = graph.Add(OperatorTable.Create("", "Conv", 13, attributes), [x, graph.AddConstant($"{name}_w", Floats(3, 3, 3, 3))],
                [value], attributes, name: name);
            (value.Type, value.Shape) = (DataType.Float32, x.Shape);
            x = conv.Output;
        }
        graph.AddOutput(x);

        var judged = Judge(graph, Floats(1, 3, 6, 6));

        judged.Problems().ShouldBeEmpty();
        // ONNX Runtime's optimizer adds to the names that it finds.
        judged.Layers.Integers.Select(layer => layer.Name.Split("_token_")[0]).ShouldBe(names);
    }

    /// <summary>Normalize, activate, convolve, and join with what was before: no convolution can take these normalizations in, and nothing
    /// goes back to floats for them.</summary>
    [Fact]
    public void Normalizations_before_their_convolutions_run_in_integers()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(1, 3, 6, 6));
        var stem = graph.Add("Conv", [x, graph.AddConstant("stem_w", Floats(8, 3, 1, 1))], "stem");
        var inner = graph.Add("Conv", [Activated(stem, 8, "first"), graph.AddConstant("inner_w", Floats(4, 8, 1, 1))], "inner");
        var joined = graph.Add("Concat", [stem, inner], "joined", new() { ["axis"] = 1L });
        Output(graph, graph.Add("Conv", [Activated(joined, 12, "second"), graph.AddConstant("last_w", Floats(5, 12, 1, 1))], "y"));

        var judged = Judge(graph, Floats(1, 3, 6, 6));

        judged.Problems().ShouldBeEmpty();
        judged.Layers.Integers.Count.ShouldBe(5); // Three convolutions, two normalizations.

        Value Activated(Value value, int channels, string name) => graph.Add("Relu", [
            graph.Add("BatchNormalization", [value, .. new[] { "gamma", "beta", "mean", "variance" }.Select(parameter => graph.AddConstant(
                $"{name}_{parameter}", Tensor.Of([channels], [.. Enumerable.Range(1, channels).Select(i => 0.1f * i)])))], $"{name}_norm")],
            $"{name}_active");
    }

    /// <summary>A detector's head, whose outputs stay in floats back to the layers: what Octet measures is what ONNX Runtime
    /// computes.</summary>
    [Fact]
    public void Boxes_beside_scores_stay_in_floats_in_the_file_too()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(1, 3, 6, 6));
        var features = graph.Add("Relu", [graph.Add("Conv", [x, graph.AddConstant("stem_w", Floats(8, 3, 1, 1))], "stem")], "features");
        var offsets = graph.Add("Conv", [features, graph.AddConstant("offsets_w", Floats(4, 8, 1, 1))], "offsets");
        var scores = graph.Add("Sigmoid", [graph.Add("Conv", [features, graph.AddConstant("scores_w", Floats(5, 8, 1, 1))], "logits")],
            "scores");
        var both = graph.Add("Concat", [offsets, scores], "both", new() { ["axis"] = 1L });
        Output(graph, graph.Add("Reshape", [both, graph.AddConstant("shape", Tensor.Of([3], 1L, 9, 36))], "y"));

        Judge(graph, Floats(1, 3, 6, 6)).Problems().ShouldBeEmpty();
    }

    [Fact]
    public void Added_names_differ_from_those_in_bodies()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(1, 3));
        var body = new Graph { Name = "body", Opsets = { [""] = 13 } };
        var inner = body.Add("Relu", [body.AddConstant("w_scale", Floats(1, 3))], "x_quantized", []);
        (inner.Type, inner.Shape) = (DataType.Float32, new(1, 3));
        body.AddOutput(inner);
        var (condition, attributes) =
            (graph.AddInput("c", DataType.Bool, new()), new Attributes { ["then_branch"] = body, ["else_branch"] = body.Clone() });
        var chosen = graph.NewValue("x_quantizer");
        graph.Add(OperatorTable.Create("", "If", 13, attributes), [condition], [chosen], attributes, name: "x_dequantized");
        (chosen.Type, chosen.Shape) = (DataType.Float32, new(1, 3));
        graph.AddOutput(chosen);
        Output(graph, graph.Add("Gemm", [x, graph.AddConstant("w", Floats(3, 4))], "y"));

        var samples = new MadeSamples(new Dictionary<string, Tensor> { ["x"] = Floats(1, 3), ["c"] = Tensor.Scalar(true) });
        ExportJudge.Judge(Quantizer.Quantize(Quantizer.Prepare(new Model { Graph = graph }), samples), samples).Problems().ShouldBeEmpty();
    }

    [Fact]
    public void An_input_that_is_an_output_too_stays_as_it_is()
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(1, 4));
        graph.AddOutput(x);
        Output(graph, graph.Add("Gemm", [x, graph.AddConstant("w", Floats(4, 3))], "y"));
        var input = Floats(1, 4);

        var judged = Judge(graph, input);

        judged.Problems().ShouldBeEmpty();
        judged.Outputs.Select(output => output.Name).ShouldBe(["x", "y"]);
        judged.Outputs[0].IsEqual.ShouldBeTrue();
    }

    [Theory]
    [InlineData("1,4,6")]
    [InlineData("3,4,6")]
    [InlineData("2,3,4,6")]
    public void Products_with_batches_of_constant_matrices_run(string weight)
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(2, 3, 5, 4));
        Output(graph, graph.Add("MatMul", [x, graph.AddConstant("w", Floats([.. weight.Split(',').Select(int.Parse)]))], "y"));

        Judge(graph, Floats(2, 3, 5, 4)).Problems().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_layer_with_an_activation_beside_other_ranges_in_a_Concat_is_integer(bool clips)
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(1, 3, 6, 6));
        var cut = clips
            ? graph.Add("Clip",
                [Conv(graph, x, "a"), graph.AddConstant("low", Tensor.Scalar(0f)), graph.AddConstant("high", Tensor.Scalar(0.2f))], "cut")
            : graph.Add("Relu", [Conv(graph, x, "a")], "cut");
        var pooled = graph.Add("MaxPool", [cut], "pooled", new() { ["kernel_shape"] = new long[] { 1, 1 } });
        var beside = graph.Add("Concat", [pooled, Conv(graph, x, "b")], "both", new() { ["axis"] = 1L });
        Output(graph, Conv(graph, beside, "c", channels: 6));

        var judged = Judge(graph, Floats(1, 3, 6, 6));

        judged.Problems().ShouldBeEmpty();
        judged.Layers.Integers.Count.ShouldBe(3);
    }

    /// <summary>Integers that reach past the limits of the activation: symmetric ones reach below zero, scales of powers of two past any
    /// limit.</summary>
    [Theory]
    [InlineData("Relu", true)]
    [InlineData("Clip", false)]
    public void A_layer_whose_activation_the_integers_do_not_cut_is_integer(string activation, bool isSymmetric)
    {
        var graph = Empty();
        var x = graph.AddInput("x", DataType.Float32, new(1, 3, 6, 6));
        var sum = Conv(graph, x, "a");
        Output(graph, activation == "Relu" ? graph.Add("Relu", [sum], "y")
            : graph.Add("Clip", [sum, graph.AddConstant("low", Tensor.Scalar(0f)), graph.AddConstant("high", Tensor.Scalar(0.3f))], "y"));
        var spec = isSymmetric ? QuantizationSpec.Int8Symmetric : QuantizationSpec.UInt8 with { PowerOfTwo = true };
        var recipe = Recipes.Fast with { Config = Recipes.Fast.Config with { Activations = spec, ActivationMethod = new MinMaxMethod() } };

        var judged = Judge(graph, Floats(1, 3, 6, 6), recipe);

        judged.Problems().ShouldBeEmpty();
        judged.Layers.Integers.Count.ShouldBe(1);
    }

    [Fact]
    public void Softmax_of_an_old_opset_over_several_dimensions_is_written_anew()
    {
        var graph = Empty(opset: 11);
        var x = graph.AddInput("x", DataType.Float32, new(new(null, "n"), 3, 6, 6));
        Output(graph, graph.Add("Softmax", [Conv(graph, x, "a")], "y", new() { ["axis"] = 1L }));

        var judged = Judge(graph, Floats(1, 3, 6, 6));

        judged.Problems(minSqnr: 40).ShouldBeEmpty();
        judged.Layers.Integers.Count.ShouldBe(1);
    }

    [Fact]
    public void Pooling_with_gaps_stays_in_floats()
    {
        var graph = Empty(opset: 19);
        var x = graph.AddInput("x", DataType.Float32, new(1, 3, 6, 6));
        Output(graph,
            graph.Add("AveragePool", [Conv(graph, x, "a")], "y",
                new() { ["kernel_shape"] = new long[] { 2, 2 }, ["dilations"] = new long[] { 2, 2 } }));

        Judge(graph, Floats(1, 3, 6, 6)).Problems().ShouldBeEmpty();
    }

    static ExportJudge Judge(Graph graph, Tensor input, Recipe? recipe = null)
    {
        var samples = new MadeSamples(new Dictionary<string, Tensor> { [graph.Inputs[0].Name] = input });
        var model = Quantizer.Prepare(new Model { Graph = graph });
        return ExportJudge.Judge(Quantizer.Quantize(model, samples, new() { Recipe = recipe ?? Recipes.Fast }), samples);
    }

    Value Conv(Graph graph, Value x, string name, int channels = 3) =>
        graph.Add("Conv", [x, graph.AddConstant($"{name}_w", Floats(3, channels, 3, 3)), graph.AddConstant($"{name}_b", Floats(3))], name,
            new() { ["pads"] = new long[] { 1, 1, 1, 1 } });

    static void Output(Graph graph, Value value)
    {
        graph.AddOutput(value);
        ShapeInference.Annotate(graph);
    }

    Tensor Floats(params int[] extents)
    {
        var tensor = new Tensor(DataType.Float32, new(extents));
        foreach (ref var value in tensor.Floats) value = _random.NextSingle() * 2 - 1;
        return tensor;
    }
}
