using System.Text.Json.Nodes;
using Octet.Cli;
using Octet.Data;
using Octet.Pipeline;

namespace Octet.Tests.Cli;

public sealed class VerifyCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Quantized()
    {
        var model = Signs.Load();
        var path = _folder.PathOf("signs.int8.onnx");
        Quantizer.Quantize(model, Quantizer.OpenSamples(model, Signs.Calibration).Take(8),
            new() { Recipe = Recipes.Find("fast")! }).Save(path);
        return path;
    }

    [Fact]
    public void A_quantized_model_is_loaded_compared_and_timed()
    {
        var run = CliRun.Of("verify", Quantized(), "--float", Signs.Model, "--data", Signs.Validation, "--samples", "3");

        run.ExitCode.ShouldBe(ExitCode.Success);
        run.Output.ShouldContain("32 in integers, 0 in floats, 0 folded");
        run.Output.ShouldContain("all 36 elements equal Octet's");
        run.Output.ShouldContain("3 samples");
        run.Output.ShouldContain("the float model");
        run.Output.ShouldContain("All 32 layers run in integers.");
    }

    [Fact]
    public void A_build_can_ask_for_integer_layers()
    {
        var run = CliRun.Of("verify", Signs.Model, "--min-integer-layers", "1", "--json", "--quiet");

        run.ExitCode.ShouldBe(ExitCode.Failed);
        run.Error.ShouldContain("0 layers run in integers; --min-integer-layers asks for 1.");
        var report = JsonNode.Parse(run.Output)!;
        ((int)report["floatLayers"]!).ShouldBe(32);
        ((string)report["layers"]![0]!["execution"]!).ShouldBe("float");
    }

    [Fact]
    public void A_sample_that_cannot_be_read_is_left_out_also_where_times_are_measured()
    {
        Directory.CreateDirectory(_folder.PathOf("pictures"));
        File.WriteAllText(_folder.PathOf("pictures/0.png"), "no picture");
        File.Copy(Signs.Picture, _folder.PathOf("pictures/1.png"));

        var run = CliRun.Of("verify", Quantized(), "--data", _folder.PathOf("pictures"), "--skip-bad");

        run.ExitCode.ShouldBe(ExitCode.Success);
        run.Error.ShouldContain("0.png");
        run.Output.ShouldContain("1 sample");
        run.Output.ShouldContain("ms a sample");
    }

    [Fact]
    public void A_file_that_is_no_model_and_an_unknown_runtime_are_told()
    {
        CliRun.Of("verify", Signs.Labels).ExitCode.ShouldBe(ExitCode.Failed);
        CliRun.Of("verify", Signs.Model, "--runtime", "tidl").ExitCode.ShouldBe(ExitCode.WrongUsage);
    }

    public void Dispose() => _folder.Dispose();
}
