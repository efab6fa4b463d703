using Octet.Calibration;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Onnx;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;
using Octet.Training;

namespace Octet.Tests.Pipeline;

/// <summary>The main job on the sample that ships with the repository.</summary>
public sealed class QuantizerTests
{
    static QuantizationResult Quantize(QuantizerOptions? options = null)
    {
        var model = Signs.Load();
        return Quantizer.Quantize(model, Quantizer.OpenSamples(model, Signs.Calibration), options);
    }

    public static TheoryData<string> Methods => [.. CalibrationMethods.All.Select(method => method.Name)];

    [Theory, MemberData(nameof(Methods))]
    public void The_sample_keeps_its_accuracy_by_every_method(string method)
    {
        var result = Quantize(new()
        { Recipe = Recipes.Fast with { Config = new() { ActivationMethod = CalibrationMethods.Find(method)! } } });
        var pictures = Quantizer.OpenSamples(result.Model.Model, Signs.Validation);
        var classes = LabelFile.Read(Signs.Labels).Of(pictures);

        var rounded = new Classification(classes).Evaluate(new Session(result.Model.Simulate()), pictures);

        // One method takes all values for normally distributed, which those behind a ReLU are not.
        rounded.Value.ShouldBeGreaterThan(method == "aciq-gauss" ? 75 : 97);
    }

    /// <summary>Those of TI round half up, as their devices do, which no QuantizeLinear does. Those that train have tests of their own, in
    /// which they train for less long.</summary>
    public static TheoryData<string> RecipeNames =>
        [.. Recipes.All.Where(
            recipe => recipe.FindStep<TrainingStep>() is null && recipe.Config.Activations.Rounding == Rounding.HalfToEven)
        .Select(recipe => recipe.Name)];

    [Theory, MemberData(nameof(RecipeNames))]
    public void The_sample_keeps_its_accuracy_by_every_recipe_and_its_export_computes_the_same(string recipe)
    {
        var result = Quantize(new() { Recipe = Recipes.Find(recipe)! });
        var pictures = Quantizer.OpenSamples(result.Model.Model, Signs.Validation);
        var classes = LabelFile.Read(Signs.Labels).Of(pictures);
        using var file = new MemoryStream();
        OnnxWriter.Write(result.Export(), file);
        var (exported, simulated) = (InRealValues(OnnxReader.Read(file.ToArray(), "exported")), new Session(result.Model.Simulate()));

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
        var config = new QConfig
        {
            Activations = QuantizationSpec.UInt8 with { Bits = bits },
            Weights = QuantizationSpec.Int8PerChannel with { Bits = Math.Min(8, bits) },
        };
        var result = Quantize(new() { Recipe = Recipes.Fast with { Config = config } });
        using var file = new MemoryStream();
        OnnxWriter.Write(result.Export(), file);

        var sample = Quantizer.OpenSamples(result.Model.Model, Signs.Validation).Load(3).Inputs;
        var exported = InRealValues(OnnxReader.Read(file.ToArray(), "exported")).Run(sample)["logits"].Floats.ToArray();

        exported.ShouldBe(new Session(result.Model.Simulate()).Run(sample)["logits"].Floats.ToArray());
    }

    [Fact]
    public void The_float_model_is_what_it_was_trained_to()
    {
        var model = Signs.Load();
        var pictures = Quantizer.OpenSamples(model, Signs.Validation);

        new Classification(LabelFile.Read(Signs.Labels).Of(pictures)).Evaluate(new Session(model.Graph),
            pictures).Value.ShouldBe(100.0 * 190 / 192, tolerance: 0.001);
    }

    /// <summary>The exported file as the simulation computes: integers differ from it where a sum ends half way between two
    /// steps.</summary>
    static Session InRealValues(Model exported) => new(exported.Graph, new() { ComputesInIntegers = false });

    [Fact]
    public void The_exported_file_computes_what_the_simulation_computes_bit_for_bit()
    {
        var result = Quantize();
        using var file = new MemoryStream();
        OnnxWriter.Write(result.Export(), file);
        var exported = InRealValues(OnnxReader.Read(file.ToArray(), "exported"));
        var simulated = new Session(result.Model.Simulate());
        var pictures = Quantizer.OpenSamples(result.Model.Model, Signs.Validation).Take(12);

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
        var one = Quantize(new() { RunOptions = new() { Threads = 1 } }).Table.Ranges;
        var five = Quantize(new() { RunOptions = new() { Threads = 5 } }).Table.Ranges;

        five.ShouldBe(one);
    }

    [Fact]
    public void A_saved_table_gives_the_same_model_again()
    {
        var result = Quantize(new() { Recipe = Recipes.Fast });
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("table.json");
        result.Table.Save(path);

        var again = Quantizer.Quantize(Signs.Load(), CalibrationTable.Load(path), new TableOptions(path));

        Bytes(again).ShouldBe(Bytes(result));
    }

    [Fact]
    public void A_table_of_another_model_is_refused_with_all_names()
    {
        var model = Signs.Load();
        var table = new CalibrationTable
        {
            Ranges = new Dictionary<string, ValueRange> { ["input"] = new(0, 1), ["nonsense"] = new(0, 1) },
        };

        var problem = Should.Throw<CalibrationTableException>(() => Quantizer.Quantize(model, table, new TableOptions("other.json")));

        problem.Message.ShouldContain("'other.json'");
        problem.Message.ShouldContain("37 value(s) of the model are not in it:");
        problem.Message.ShouldContain("1 name(s) in it are not in the model:");
        problem.Message.ShouldContain("    nonsense");
        problem.Change.ShouldBe(WhatToChange.CalibrationTable);
    }

    [Fact]
    public void Weights_per_tensor_and_signed_activations_are_a_matter_of_the_recipe()
    {
        var config = new QConfig { Weights = QuantizationSpec.Int8Symmetric, Activations = QuantizationSpec.Int8Symmetric };

        var model = Quantize(new() { Recipe = Recipes.Fast with { Config = config } }).Export();

        foreach (var node in model.Graph.Find<QuantizeLinear>()) node.Inputs[2]!.Constant!.AsSpan<sbyte>().ToArray().ShouldBe([0]);
        model.Graph.Find<DequantizeLinear>().ShouldAllBe(node => node.Inputs[1]!.Constant!.Length == 1);
    }

    [Fact]
    public void A_model_without_anything_to_quantize_is_refused()
    {
        var graph = new Octet.Graphs.Graph { Name = "exp", Opsets = { [""] = 13 } };
        graph.AddOutput(graph.Add("Exp", [graph.AddInput("x", DataType.Float32, new(1))], "y"));

        Should.Throw<PlanException>(
            () => Quantizer.Quantize(new() { Graph = graph, Source = "exp.onnx" }, new MadeSamples())).Message.ShouldStartWith(
            "'exp.onnx' has nothing to quantize");
    }

    [Fact]
    public void A_model_that_is_quantized_already_is_refused_by_every_recipe()
    {
        var exported = Quantize().Export();
        var pictures = Quantizer.OpenSamples(exported, Signs.Calibration);

        foreach (var recipe in new[] { "fast", "best", "ti-simple" })
        {
            Should.Throw<PlanException>(
                () => Quantizer.Quantize(exported, pictures, new() { Recipe = Recipes.Find(recipe)! })).Message.ShouldContain(
                " is quantized already: ");
        }
        Should.Throw<PlanException>(() => Quantizer.Measure(exported, pictures)).Message.ShouldContain("Give the float model that it was "
            + "made from.");
    }

    [Fact]
    public void Integers_that_enter_or_leave_a_float_model_do_not_make_it_a_quantized_one()
    {
        var graph = new Octet.Graphs.Graph { Name = "net", Opsets = { [""] = 13 } };
        var (scale, zero) = (graph.AddConstant("s", Tensor.Of([], 1f)), graph.AddConstant("z", Tensor.Of<byte>([], 0)));
        var x = graph.Add("DequantizeLinear", [graph.AddInput("x", DataType.UInt8, new(4)), scale, zero], "floats");
        graph.AddOutput(graph.Add("QuantizeLinear", [graph.Add("Relu", [x], "positive"), scale, zero], "y"));

        Should.NotThrow(() => PlanException.ThrowIfUnfit(new() { Graph = graph }));
    }

    [Fact]
    public void Models_in_other_floats_or_with_inputs_of_any_shape_are_refused_in_words()
    {
        Unfit(DataType.Float16, new(1, 4)).ShouldContain("computes in float16, and Octet quantizes models in float32");
        Unfit(DataType.Float32, null).ShouldContain("does not say which shape its input x has");

        static string Unfit(DataType type, Octet.Graphs.SymbolicShape? shape)
        {
            var graph = new Octet.Graphs.Graph { Name = "net", Opsets = { [""] = 13 } };
            // As a file gives it: nobody has inferred what the node makes.
            graph.AddOutput(graph.Add(new Octet.Operators.Relu(), [graph.AddInput("x", type, shape)], [graph.NewValue("y")]).Output);
            return Should.Throw<PlanException>(
                () => Quantizer.Quantize(new() { Graph = graph, Source = "net.onnx" }, new MadeSamples())).Message;
        }
    }

    static byte[] Bytes(QuantizationResult result)
    {
        using var stream = new MemoryStream();
        OnnxWriter.Write(result.Export(), stream);
        return stream.ToArray();
    }
}
