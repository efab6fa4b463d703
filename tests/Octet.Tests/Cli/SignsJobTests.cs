using System.Text.Json.Nodes;
using Octet.Cli;
using Octet.Data.Arrays;
using Octet.Tensors;
using Octet.Tests.Data;

namespace Octet.Tests.Cli;

/// <summary>The commands on the sample that ships with the project, one after the other as a person would type them.</summary>
public sealed class SignsJobTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Quantize_writes_a_model_and_tells_a_person_what_it_cost()
    {
        var run = Succeed(
            ["quantize", Signs.Model, "--data", Signs.Calibration, "--samples", "4", "--validate", Signs.Validation, "--labels",
                Signs.Labels, .. Signs.Options, "-o", _folder.PathOf("int8.onnx")]);

        string[] names = [.. run.Output.Split('\n').Where(line => line is [not ' ', ..]).Select(line => line.Split("  ")[0])];
        names.ShouldBe([
            "written", "input", "float answers", "recipe", "ranges", "steps", "integers", "top-1", "top-5", "difference", "agreement",
                "outputs", "worst layers", "advice"]);
        run.Output.ShouldContain("recipe         best");
        run.Output.ShouldContain("98.96 % float -> ");
        run.Error.ShouldContain("calibrate: 4 of 4");
        Directory.GetFiles(_folder.Path).ShouldBe([_folder.PathOf("int8.onnx")]);
    }

    [Fact]
    public void Quantize_gives_a_machine_JSON_alone_and_tells_nothing_else_when_quiet()
    {
        var run = Succeed(
            ["quantize", Signs.Model, "--data", Signs.Calibration, "--samples", "2", "--method", "mse", .. Signs.Options, "-o",
                _folder.PathOf("int8.onnx"), "--json", "--quiet"]);

        run.Error.ShouldBeEmpty();
        var report = JsonNode.Parse(run.Output)!;
        ((int)report["samples"]!).ShouldBe(2);
        ((string)report["method"]!).ShouldBe("mse");
        ((long)report["integerBytes"]!).ShouldBeLessThan((long)report["floatBytes"]!);
        ((double)report["outputs"]![0]!["sqnrDb"]!).ShouldBeGreaterThan(15);
        report["worstLayers"]!.AsArray().Count.ShouldBe(5);
    }

    [Fact]
    public void A_recipe_of_ones_own_and_exclusions_change_what_becomes_integers()
    {
        var (recipe, output) = (_folder.PathOf("careful.yaml"), _folder.PathOf("int8.onnx"));
        File.WriteAllText(recipe, "based-on: onnxruntime\nlast-layer: float\n");

        var report = JsonNode.Parse(
            Succeed(["quantize", Signs.Model, "--data", Signs.Calibration, "--samples", "2", "--recipe", recipe, "--exclude", "Add",
                .. Signs.Options, "-o", output, "--json"]).Output)!;

        ((string)report["recipe"]!).ShouldBe("careful");
        ((string)report["method"]!).ShouldBe("minmax");
        ((int)report["quantizedWeights"]!).ShouldBe(31);
        report["floatOperators"]!.AsArray().Select(name => (string)name!).ShouldContain("Add");

        var refused = CliRun.Of(["quantize", Signs.Model, "--data", Signs.Calibration, "--exclude", "Adt", .. Signs.Options, "-o", output]);
        refused.ExitCode.ShouldBe(ExitCode.Failed);
        refused.Error.ShouldContain("'Adt' (did you mean 'Add'?)");
    }

    [Fact]
    public void Files_for_TIDL_are_written_beside_the_integer_model_and_read_back()
    {
        var run = Succeed(
            ["quantize", Signs.Model, "--data", Signs.Calibration, "--frames", "2", "--recipe", "ti-simple", "--tidl",
                _folder.PathOf("deploy"), .. Signs.Options, "-o", _folder.PathOf("int8.onnx")]);

        run.Output.ShouldContain("read back: 38 ranges from Clips and 38 scales of the integer model are the calibrated powers of two");
        run.Output.ShouldContain("read back: 32 of 32 weights, in floats, become the same integers");
        Directory.GetFiles(_folder.PathOf("deploy")).Select(Path.GetFileName)
            .ShouldBe(["signs-mobilenetv2.onnx", "signs-mobilenetv2.tidl.json", "signs-mobilenetv2.tidl.txt"], ignoreOrder: true);

        var clash = CliRun.Of(
            ["quantize", Signs.Model, "--data", Signs.Calibration, "--frames", "2", "--recipe", "ti-simple", "--tidl", _folder.Path,
                .. Signs.Options, "-o", _folder.PathOf("signs-mobilenetv2.onnx")]);
        clash.ExitCode.ShouldBe(ExitCode.Failed);
        clash.Error.ShouldContain("it is the integer model; give another folder.");
    }

    [Fact]
    public void A_table_gives_the_same_model_again_and_simulates_it()
    {
        Succeed(["quantize", Signs.Model, "--data", Signs.Calibration, "--recipe", "fast", "--samples", "4", .. Signs.Options, "--table",
            _folder.PathOf("ranges.json"), "-o", _folder.PathOf("first.onnx")]);
        Succeed(["quantize", Signs.Model, .. Signs.Options, "--table", _folder.PathOf("ranges.json"), "-o", _folder.PathOf("second.onnx")]);
        File.ReadAllBytes(_folder.PathOf("second.onnx")).ShouldBe(File.ReadAllBytes(_folder.PathOf("first.onnx")));

        string[] evaluation = ["--data", Signs.Validation, "--labels", Signs.Labels, "--samples", "24", "--json"];
        var simulated =
            JsonNode.Parse(
                Succeed(["evaluate", Signs.Model, .. Signs.Options, "--simulate", "--table", _folder.PathOf("ranges.json"),
                    .. evaluation]).Output)!;
        var exported = JsonNode.Parse(Succeed(["evaluate", _folder.PathOf("first.onnx"), .. evaluation]).Output)!;

        simulated.AsObject().Select(field => field.Key).ShouldBe(["samples", "top1", "top5", "seconds"]);
        ((double)exported["top1"]!).ShouldBe((double)simulated["top1"]!);
        ((int)exported["samples"]!).ShouldBe(24);
    }

    [Fact]
    public void Prepare_keeps_the_preprocessing_so_that_later_commands_need_none()
    {
        Succeed(["prepare", Signs.Model, .. Signs.Options, "-o", _folder.PathOf("prepared.onnx")]);

        var summary = JsonNode.Parse(Succeed("inspect", _folder.PathOf("prepared.onnx"), "--json").Output)!;
        ((string)summary["metadata"]!["octet.preprocessing"]!).ShouldContain("123.675");
        summary["operators"]!.AsArray().Select(entry => (string)entry!["operator"]!).ShouldNotContain("BatchNormalization");

        var accuracy =
            JsonNode.Parse(
                Succeed("evaluate", _folder.PathOf("prepared.onnx"), "--data", Signs.Validation, "--labels", Signs.Labels, "--samples",
                    "48", "--json").Output)!;
        ((double)accuracy["top1"]!).ShouldBeGreaterThan(95);
    }

    [Fact]
    public void Compare_measures_each_layer()
    {
        Succeed(["quantize", Signs.Model, "--data", Signs.Calibration, "--samples", "4", .. Signs.Options, "-o",
            _folder.PathOf("int8.onnx")]);

        var report = JsonNode.Parse(
            Succeed("compare", Signs.Model, _folder.PathOf("int8.onnx"), "--data", Signs.Validation, "--samples", "2", "--json").Output)!;
        var layers = report["layers"]!.AsArray();
        layers.Count.ShouldBeGreaterThan(50);
        layers[0]!.AsObject().Select(field => field.Key).ShouldBe(["name", "operator", "sqnrDb", "cosine"]);
        ((string)report["outputs"]![0]!["name"]!).ShouldBe("logits");

        var shown = Succeed("compare", Signs.Model, _folder.PathOf("int8.onnx"), "--data", Signs.Validation, "--samples", "2", "--layers",
            "3").Output;
        shown.Split('\n').Count(line => line.Contains("cosine")).ShouldBe(4);

        var same = JsonNode.Parse(
            Succeed(["compare", Signs.Model, Signs.Model, "--data", Signs.Validation, "--samples", "1", .. Signs.Options,
                "--json"]).Output)!;
        same["outputs"]![0]!["sqnrDb"].ShouldBeNull("there is no noise, and JSON has no infinity");
    }

    [Fact]
    public void Run_writes_outputs_by_name_from_a_picture_and_from_an_archive()
    {
        Succeed(["prepare", Signs.Model, .. Signs.Options, "-o", _folder.PathOf("prepared.onnx")]);
        Succeed("run", _folder.PathOf("prepared.onnx"), "--input", Signs.Picture, "-o", _folder.PathOf("picture.npz"));
        NpzFile.Read(_folder.PathOf("picture.npz"))["logits"].ToString().ShouldBe("float32 [1, 12]");

        NpzFile.Write(_folder.PathOf("input.npz"), new Dictionary<string, Tensor> { ["input"] = new(DataType.Float32, [2, 3, 64, 64]) });
        Succeed("run", Signs.Model, "--input", _folder.PathOf("input.npz"), "-o",
            _folder.PathOf("array.npz")).Output.ShouldContain("logits: float32 [2, 12]");
    }

    [Theory]
    [InlineData("Give --data to calibrate with, or --table", "quantize", "m.onnx", "-o", "x.onnx")]
    [InlineData("--validate and --labels belong together.", "quantize", "m.onnx", "--data", "d", "--validate", "v", "-o", "x.onnx")]
    [InlineData("--simulate and --table belong together.", "evaluate", "m.onnx", "--data", "d", "--labels", "l", "--simulate")]
    [InlineData("--per-tensor, --exclude would change what --simulate makes of the model", "evaluate", "m.onnx", "--data", "d", "--labels",
        "l", "--per-tensor", "--exclude", "Add")]
    [InlineData("--decoder says how boxes are read, for --metric map.", "evaluate", "m.onnx", "--data", "d", "--labels", "l", "--decoder",
        "yolox")]
    [InlineData("--method: 'minmix' is not one of minmax, ", "quantize", "m.onnx", "--data", "d", "-o", "x.onnx", "--method", "minmix")]
    [InlineData("--samples: '0' is no whole number of at least 1.", "compare", "a", "b", "--data", "d", "--samples", "0")]
    public void What_does_not_go_together_is_wrong_usage(string message, params string[] arguments)
    {
        var run = CliRun.Of(arguments);

        run.ExitCode.ShouldBe(ExitCode.WrongUsage);
        run.Error.ShouldStartWith(message);
    }

    [Fact]
    public void All_that_is_missing_is_told_at_once()
    {
        var run = CliRun.Of("quantize", "m.onnx");

        run.ExitCode.ShouldBe(ExitCode.WrongUsage);
        run.Error.ShouldContain("Give --data to calibrate with, or --table");
        run.Error.ShouldContain("Option '--output' is required.");
    }

    [Fact]
    public void A_bad_sample_ends_the_run_with_its_name_and_is_left_out_on_request()
    {
        File.Copy(Signs.Picture, _folder.PathOf("a.png"));
        File.WriteAllBytes(_folder.PathOf("b.png"), File.ReadAllBytes(Path.Combine(Signs.Validation, "001.png"))[..200]);
        Directory.CreateDirectory(_folder.PathOf("out"));
        string[] arguments =
            ["quantize", Signs.Model, "--data", _folder.Path, .. Signs.Options, "-o", Path.Combine(_folder.PathOf("out"), "int8.onnx")];

        var fatal = CliRun.Of(arguments);
        fatal.ExitCode.ShouldBe(ExitCode.Failed);
        fatal.Error.ShouldContain("b.png");
        Directory.GetFiles(_folder.PathOf("out")).ShouldBeEmpty();

        var skipped = Succeed([.. arguments, "--skip-bad"]);
        skipped.Error.ShouldContain("1 sample(s) were left out:");
        skipped.Output.ShouldContain("from 1 sample in");
    }

    static CliRun Succeed(params IReadOnlyList<string> arguments)
    {
        var run = CliRun.Of(arguments);
        run.ExitCode.ShouldBe(0, run.Error);
        return run;
    }
}
