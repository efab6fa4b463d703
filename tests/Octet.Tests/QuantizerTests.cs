using Octet.Calibration;
using Octet.Data;
using Octet.Evaluation;
using Octet.Numerics;
using Octet.Onnx;
using Octet.Operators;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests;

/// <summary>The main job on the sample that ships with the repository.</summary>
public sealed class QuantizerTests
{
    static readonly ImagePreprocessing Preprocessing = new() { Mean = [123.675f, 116.28f, 103.53f], Scale = [0.017125f, 0.017507f, 0.017429f] };

    static string Signs(params string[] parts) => Path.Combine([SharedFolder.Repository, "samples", "signs", .. parts]);

    static QuantizationResult Quantize(QuantizerOptions? options = null)
    {
        var model = Quantizer.Load(Signs("signs-mobilenetv2.onnx"), Preprocessing);
        return Quantizer.Quantize(model, Quantizer.Samples(model, Signs("calibration")), options);
    }

    public static TheoryData<string> Methods => [.. CalibrationMethods.All.Select(method => method.Name)];

    [Theory, MemberData(nameof(Methods))]
    public void The_sample_keeps_its_accuracy_by_every_method(string method)
    {
        var result = Quantize(new() { Recipe = Recipe.Default with { Config = new() { ActivationMethod = CalibrationMethods.Named(method)! } } });
        var pictures = Quantizer.Samples(result.Model.Model, Signs("validation"));
        var classes = LabelFile.Read(Signs("validation", "labels.txt")).Of(pictures);

        var rounded = new Classification(classes).Evaluate(new Session(result.Model.Simulate()), pictures);

        // One method takes all values for normally distributed, which those behind a ReLU are not.
        rounded.Value.ShouldBeGreaterThan(method == "aciq-gauss" ? 75 : 97);
    }

    /// <summary>Those of TI round half up, as their devices do, which no QuantizeLinear does.</summary>
    public static TheoryData<string> RecipeNames => [.. Recipes.All.Where(recipe => recipe.Config.Activations.Rounding == Rounding.HalfToEven).Select(recipe => recipe.Name)];

    [Theory, MemberData(nameof(RecipeNames))]
    public void The_sample_keeps_its_accuracy_by_every_recipe_and_its_export_computes_the_same(string recipe)
    {
        var result = Quantize(new() { Recipe = Recipes.Named(recipe)! });
        var pictures = Quantizer.Samples(result.Model.Model, Signs("validation"));
        var classes = LabelFile.Read(Signs("validation", "labels.txt")).Of(pictures);
        using var file = new MemoryStream();
        OnnxWriter.Write(result.Export(), file);
        var (exported, simulated) = (new Session(OnnxReader.Read(file.ToArray(), "exported").Graph), new Session(result.Model.Simulate()));

        new Classification(classes).Evaluate(simulated, pictures).Value.ShouldBeGreaterThan(97);
        var sample = pictures.Load(0).Inputs;
        exported.Run(sample)["logits"].Floats.SequenceEqual(simulated.Run(sample)["logits"].Floats).ShouldBeTrue();
    }

    [Theory]
    [InlineData(6)]
    [InlineData(12)]
    [InlineData(16)]
    public void Integers_of_any_width_compute_the_same_in_the_exported_file(int bits)
    {
        var config = new QConfig { Activations = QuantizationSpec.UInt8 with { Bits = bits }, Weights = QuantizationSpec.Int8PerChannel with { Bits = Math.Min(8, bits) } };
        var result = Quantize(new() { Recipe = Recipe.Default with { Config = config } });
        using var file = new MemoryStream();
        OnnxWriter.Write(result.Export(), file);

        var sample = Quantizer.Samples(result.Model.Model, Signs("validation")).Load(3).Inputs;
        var exported = new Session(OnnxReader.Read(file.ToArray(), "exported").Graph).Run(sample)["logits"].Floats.ToArray();

        exported.ShouldBe(new Session(result.Model.Simulate()).Run(sample)["logits"].Floats.ToArray());
    }

    [Fact]
    public void The_float_model_is_what_it_was_trained_to()
    {
        var model = Quantizer.Load(Signs("signs-mobilenetv2.onnx"), Preprocessing);
        var pictures = Quantizer.Samples(model, Signs("validation"));

        new Classification(LabelFile.Read(Signs("validation", "labels.txt")).Of(pictures)).Evaluate(new Session(model.Graph), pictures).Value.ShouldBe(100.0 * 190 / 192, tolerance: 0.001);
    }

    [Fact]
    public void The_exported_file_computes_what_the_simulation_computes_bit_for_bit()
    {
        var result = Quantize();
        using var file = new MemoryStream();
        OnnxWriter.Write(result.Export(), file);
        var exported = new Session(OnnxReader.Read(file.ToArray(), "exported").Graph);
        var simulated = new Session(result.Model.Simulate());
        var pictures = Quantizer.Samples(result.Model.Model, Signs("validation")).Take(12);

        for (var i = 0; i < pictures.Count; i++)
        {
            var sample = pictures.Load(i).Inputs;
            exported.Run(sample)["logits"].Floats.SequenceEqual(simulated.Run(sample)["logits"].Floats).ShouldBeTrue();
        }
    }

    [Fact]
    public void The_exported_file_stores_weights_as_int8_and_says_how_it_was_made()
    {
        var model = Quantize().Export();

        var weights = model.Graph.Find<DequantizeLinear>().Select(node => node.Inputs[0]!.Constant).OfType<Tensor>().ToArray();
        weights.Count(weight => weight.Type == DataType.Int8).ShouldBe(32);
        weights.Count(weight => weight.Type == DataType.Int32).ShouldBe(32);
        model.Graph.Constants.Where(constant => constant.Type == DataType.Float32 && constant.Constant!.Shape.Rank > 1).ShouldBeEmpty();
        model.Metadata["octet.quantization"].ShouldContain("\"target\":\"onnxruntime\"");
        model.Metadata["octet.preprocessing"].ShouldContain("123.675");
    }

    [Fact]
    public void Ranges_are_the_same_bits_for_any_number_of_threads()
    {
        var one = Quantize(new() { Run = new() { Threads = 1 } }).Table.Ranges;
        var five = Quantize(new() { Run = new() { Threads = 5 } }).Table.Ranges;

        five.ShouldBe(one);
    }

    [Fact]
    public void A_saved_table_gives_the_same_model_again()
    {
        var result = Quantize();
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("table.json");
        result.Table.Save(path);

        var again = Quantizer.Quantize(Quantizer.Load(Signs("signs-mobilenetv2.onnx"), Preprocessing), CalibrationTable.Load(path), new TableOptions(path));

        Bytes(again).ShouldBe(Bytes(result));
    }

    [Fact]
    public void A_table_of_another_model_is_refused_with_all_names()
    {
        var model = Quantizer.Load(Signs("signs-mobilenetv2.onnx"), Preprocessing);
        var table = new CalibrationTable { Ranges = new Dictionary<string, ValueRange> { ["input"] = new(0, 1), ["nonsense"] = new(0, 1) } };

        var problem = Should.Throw<CalibrationTableException>(() => Quantizer.Quantize(model, table, new TableOptions("other.json")));

        problem.Message.ShouldContain("'other.json'");
        problem.Message.ShouldContain("37 value(s) of the model are not in it:");
        problem.Message.ShouldContain("1 name(s) in it are not in the model:");
        problem.Message.ShouldContain("    nonsense");
        problem.Message.ShouldContain("--partial-table");
    }

    [Fact]
    public void Weights_per_tensor_and_signed_activations_are_a_matter_of_the_recipe()
    {
        var config = new QConfig { Weights = QuantizationSpec.Int8Symmetric, Activations = QuantizationSpec.Int8Symmetric };

        var model = Quantize(new() { Recipe = Recipe.Default with { Config = config } }).Export();

        foreach (var node in model.Graph.Find<QuantizeLinear>()) node.Inputs[2]!.Constant!.Span<sbyte>().ToArray().ShouldBe([0]);
        model.Graph.Find<DequantizeLinear>().ShouldAllBe(node => node.Inputs[1]!.Constant!.Length == 1);
    }

    [Fact]
    public void A_model_without_anything_to_quantize_is_refused()
    {
        var graph = new Octet.Graphs.Graph { Name = "exp", Opsets = { [""] = 13 } };
        graph.AddOutput(graph.Add("Exp", [graph.AddInput("x", DataType.Float32, new(1))], "y"));

        Should.Throw<PlanException>(() => Quantizer.Quantize(new() { Graph = graph, Source = "exp.onnx" }, new NoSamples())).Message.ShouldStartWith("'exp.onnx' has nothing to quantize");
    }

    [Fact]
    public void A_model_that_is_quantized_already_is_refused_by_every_recipe()
    {
        var exported = Quantize().Export();
        var pictures = Quantizer.Samples(exported, Signs("calibration"));

        foreach (var recipe in new[] { "default", "best", "ti-simple" })
        {
            Should.Throw<PlanException>(() => Quantizer.Quantize(exported, pictures, new() { Recipe = Recipes.Named(recipe)! })).Message.ShouldContain(" is quantized already: ");
        }
        Should.Throw<PlanException>(() => Quantizer.Measure(exported, pictures)).Message.ShouldContain("Give the float model that it was made from.");
    }

    [Fact]
    public void Integers_that_enter_or_leave_a_float_model_do_not_make_it_a_quantized_one()
    {
        var graph = new Octet.Graphs.Graph { Name = "net", Opsets = { [""] = 13 } };
        var (scale, zero) = (graph.AddConstant("s", Tensor.Of([], 1f)), graph.AddConstant("z", Tensor.Of<byte>([], 0)));
        var x = graph.Add("DequantizeLinear", [graph.AddInput("x", DataType.UInt8, new(4)), scale, zero], "floats");
        graph.AddOutput(graph.Add("QuantizeLinear", [graph.Add("Relu", [x], "positive"), scale, zero], "y"));

        Should.NotThrow(() => PlanException.ThrowIfQuantized(new() { Graph = graph }));
    }

    static byte[] Bytes(QuantizationResult result)
    {
        using var stream = new MemoryStream();
        OnnxWriter.Write(result.Export(), stream);
        return stream.ToArray();
    }

    sealed class NoSamples : ISampleSource
    {
        public int Count => 0;

        public string NameOf(int index) => throw new ArgumentOutOfRangeException(nameof(index));

        public Sample Load(int index) => throw new ArgumentOutOfRangeException(nameof(index));
    }
}
