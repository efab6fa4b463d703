using Octet.Data;
using Octet.Exporting;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Running;
using Octet.Steps;
using Octet.Tests.Data;
using Octet.TexasInstruments;

namespace Octet.Tests.TexasInstruments;

public sealed class TidlExportTests : IDisposable
{
    static readonly QuantModuleOptions Quick = new() { Frames = 2, Iterations = 2 };

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static (Model Model, ISampleSource Samples) Open()
    {
        var model = Signs.Load();
        return (model, Quantizer.OpenSamples(model, Signs.Calibration));
    }

    static QuantizationResult Quantize(QuantModuleOptions options) => Quantize(TiRecipe.Of(options));

    static QuantizationResult Quantize(Recipe recipe)
    {
        var (model, samples) = Open();
        return Quantizer.Quantize(model, samples, new() { Recipe = recipe });
    }

    public static TheoryData<string> Recipes8 => ["ti-simple", "ti-advanced", "ti-advanced-dw", "pow2-best"];

    [Theory, MemberData(nameof(Recipes8))]
    [Trait("Duration", "long")]
    public void Ranges_weights_and_scales_read_back_from_files_are_those_that_were_calibrated(string recipe)
    {
        var named = Recipes.Find(recipe)!;
        var result = Quantize(TiRecipe.SettingsOf(named) is { } settings
            ? named.With(settings with { Frames = 4, Iterations = 2 }) : named);
        result.Save(_folder.PathOf("int8.onnx"));

        var inFloats = result.SaveForTidl(_folder.PathOf("signs.onnx"));
        var onGrid = result.SaveForTidl(_folder.PathOf("grid.onnx"), weightsOnGrid: true);

        inFloats.Ranges.ShouldBe(result.Table.Ranges.Count);
        inFloats.SameWeights.ShouldBe(inFloats.Weights);
        inFloats.Files.ShouldBe([_folder.PathOf("signs.onnx"), _folder.PathOf("signs.tidl.txt"), _folder.PathOf("signs.tidl.json")]);
        inFloats.Files.ShouldAllBe(file => File.Exists(file));
        onGrid.Ranges.ShouldBe(result.Table.Ranges.Count);
        // Where the greatest weight was rounded down to a power of two, that is where its range would end.
        onGrid.SameWeights.ShouldBeGreaterThan(20);
        TidlReadBack.ScalesOf(result.Model, _folder.PathOf("int8.onnx")).ShouldBe(result.Table.Ranges.Count);
    }

    [Fact]
    public void A_file_on_the_grid_computes_what_was_simulated()
    {
        var result = Quantize(Quick);
        var path = _folder.PathOf("signs.onnx");
        result.SaveForTidl(path, weightsOnGrid: true);

        // Biases in the file are rounded; they already are whole steps of their sums, so that this rule changes nothing.
        var test = new QuantTestModule(Quantizer.Load(path), Quick with { BiasConstraint = BiasConstraint.WholeSteps });

        test.Ranges.Values.ShouldBe(result.Table.Ranges.Values, ignoreOrder: true);
        var sample = Open().Samples.Load(3).Inputs;
        test.Forward(sample)["logits"].Floats.ToArray()
            .ShouldBe(new Session(result.Model.Simulate()).Run(sample)["logits"].Floats.ToArray());
    }

    [Fact]
    public void A_file_in_floats_rounds_to_the_same_integers_and_keeps_weights_as_training_left_them()
    {
        var result = Quantize(Quick);
        var path = _folder.PathOf("signs.onnx");
        result.SaveForTidl(path);
        var file = Quantizer.Load(path);

        var test = new QuantTestModule(file, Quick);

        var sample = Open().Samples.Load(3).Inputs;
        test.Forward(sample)["logits"].Floats.ToArray()
            .ShouldBe(new Session(result.Model.Simulate()).Run(sample)["logits"].Floats.ToArray());
        var trained = Open().Model.Graph.Layers().Select(layer => layer.Inputs[1]!.Constant!.Floats.ToArray());
        file.Graph.Layers().Select(layer => layer.Inputs[1]!.Constant!.Floats.ToArray()).ShouldBe(trained);
    }

    [Fact]
    public void A_file_that_says_another_range_is_refused()
    {
        var result = Quantize(Quick);
        var model = TidlExport.Export(result.Model);
        var value = result.Model.Plan.Groups.Select(group => group.Values[0])
            .First(value => value.Producer?.OpType == "Conv" && !value.IsGraphOutput);
        var clip = model.Graph.Nodes.Single(node => node.Name == $"{value.Name}_clip");
        clip.Inputs[2]!.Constant = Octet.Tensors.Tensor.Scalar(2.5f * clip.Inputs[2]!.Constant!.Floats[0]);
        OnnxWriter.Write(model, _folder.PathOf("other.onnx"));

        var names = model.Graph.Nodes.Where(node => node.Operator is Octet.Operators.Clip).Select(node => node.Output.Name).ToHashSet();
        var clips = result.Model.Plan.Groups.SelectMany(group => group.Values)
            .ToDictionary(each => each, each => names.Contains(each.Name) ? each.Name : $"{each.Name}_clipped");
        Should.Throw<ExportException>(() => TidlReadBack.Of(result.Model, _folder.PathOf("other.onnx"), clips)).Message.ShouldContain(
            $"of 1 value(s): {value.Name}.");
        Should.Throw<ExportException>(() => TidlReadBack.ScalesOf(result.Model, _folder.PathOf("other.onnx"))).Message.ShouldContain(
            $"of {result.Table.Ranges.Count} value(s)");
    }

    [Theory]
    [InlineData(8, "TIDL older than 8.0: calibrationOption = 0\ncalibrationOption = 64")]
    [InlineData(7, "TIDL from 8.0 on: calibrationOption = 64\ncalibrationOption = 0")]
    public void Settings_for_TIDL_say_where_ranges_come_from(int version, string option)
    {
        var model = Quantize(Quick with { ActivationBits = 16 }).Model;

        TidlSettings.WriteForImportTool(model, "signs.onnx", version).ShouldBe($"""
            # Settings for TIDL's import tool, to be joined with those of your device.
            inputNetFile = "signs.onnx"
            numFeatureBits = 16
            numParamBits = 8
            # Scales that are powers of two.
            quantizationStyle = 3
            # Ranges come from the Clip nodes of the model. {option}

            """);
        TidlSettings.WriteForRuntime(model).ShouldBe("""
            {
              "tensor_bits": 16,
              "accuracy_level": 0,
              "advanced_options:quantization_scale_type": 1
            }

            """);
    }

    [Fact]
    public void Scales_that_are_no_powers_of_two_are_refused()
    {
        var (model, samples) = Open();
        var result = Quantizer.Quantize(model, samples.Take(2));
        Should.Throw<ExportException>(() => result.SaveForTidl(_folder.PathOf("signs.onnx"))).Message.ShouldContain("ti-advanced");
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }
}
