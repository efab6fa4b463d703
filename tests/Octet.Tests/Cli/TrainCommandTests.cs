using System.Text.Json.Nodes;

namespace Octet.Tests.Cli;

public sealed class TrainCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_is_calibrated_trained_after_its_float_self_and_judged()
    {
        var output = _folder.PathOf("int8.onnx");
        var run = Train("--recipe", "pow2-best", "--steps", "4", "--batch", "4", "--validate", Signs.Validation, "--validation-labels",
            Signs.Labels, "--log", _folder.PathOf("log.jsonl"), "-o", output, "--json");
        var report = JsonNode.Parse(run.Output)!;

        report["steps"]!.GetValue<int>().ShouldBe(4);
        report["float"]!["top1"]!.GetValue<double>().ShouldBeGreaterThan(50);
        report["trained"]!["top1"]!.GetValue<double>().ShouldBeGreaterThan(50);
        report["calibrated"].ShouldNotBeNull();
        File.ReadLines(_folder.PathOf("log.jsonl")).Count().ShouldBe(report["epochs"]!.AsArray().Count);
        var evaluated = CliRun.Of("evaluate", output, "--data", Signs.Validation, "--labels", Signs.Labels, "--json", "--quiet");
        JsonNode.Parse(evaluated.Output)!["top1"]!.GetValue<double>().ShouldBe(report["trained"]!["top1"]!.GetValue<double>(), 15);
    }

    [Fact]
    public void Floats_are_trained_by_labels_and_stay_floats()
    {
        var output = _folder.PathOf("float.onnx");
        var run = CliRun.Of(
            ["train", Signs.Model, "--float", "--data", Signs.Validation, "--labels", Signs.Labels, .. Signs.Options, "--steps", "2",
                "--batch", "4", "--lr", "0.001", "--flip", "--shift", "2", "-o", output, "--quiet"]);
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("2 steps");
        CliRun.Of("inspect", output).Output.ShouldNotContain("QuantizeLinear");
    }

    [Fact]
    public void A_finished_run_that_is_resumed_writes_the_same_model()
    {
        var (first, second, checkpoint) = (_folder.PathOf("first.onnx"), _folder.PathOf("second.onnx"), _folder.PathOf("run.npz"));
        Train("--epochs", "2", "--batch", "4", "--scales", "learned", "--checkpoint", checkpoint, "-o", first);
        Train("--epochs", "2", "--batch", "4", "--scales", "learned", "--checkpoint", checkpoint, "--resume", "-o", second);
        File.ReadAllBytes(second).ShouldBe(File.ReadAllBytes(first));
    }

    [Theory]
    [InlineData("--float", "--float needs --labels or --class-folders")]
    [InlineData("--epochs 2 --steps 3", "give one")]
    [InlineData("--resume", "--checkpoint")]
    [InlineData("--validate val", "--validation-labels")]
    [InlineData("--labels l.txt --class-folders", "give one")]
    public void What_does_not_fit_together_is_refused(string options, string reason)
    {
        var run = CliRun.Of(["train", "model.onnx", "--data", "data", "-o", "out.onnx", .. options.Split(' ')]);
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(reason);
    }

    static CliRun Train(params string[] options)
    {
        var run = CliRun.Of(["train", Signs.Model, "--data", Signs.Calibration, .. Signs.Options, .. options, "--quiet"]);
        run.ExitCode.ShouldBe(0, run.Error);
        return run;
    }
}
