using System.Text.Json.Nodes;
using Octet.Cli;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Tensors;
using Octet.Tests.Data;

namespace Octet.Tests.Cli;

public sealed class CheckCommandTests : IDisposable
{
    static readonly string[] Data = ["--data", Signs.Calibration, .. Signs.Options];

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_that_is_only_looked_at_is_told_about_as_it_was_agreed() =>
        GoldenText.Check("tests/Octet.Tests/Golden/check-signs.txt", CliRun.Of("check", Signs.Model).WithoutFolders().Output);

    [Fact]
    public void Samples_tell_whether_integers_are_to_blame()
    {
        var run = CliRun.Of(
            ["check", Signs.Model, .. Data, "--samples", "8", "--most", "1", "--validate", Signs.Validation, "--labels", Signs.Labels]);

        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("16 or 8 bits   output SQNR is 7");
        run.Output.ShouldContain("8 bits for weights alone leave 2");
        run.Output.ShouldContain("top-1 98.96 % in floats, 98.96 % with 16 bits, 9");
        run.Output.ShouldContain("and 1 more; --most shows them");
        run.Output.ShouldNotContain("not checked");
        run.Output.ShouldContain("decision  8 bits are enough");
    }

    [Fact]
    public void A_machine_gets_every_finding_as_JSON()
    {
        var run = CliRun.Of(["check", Signs.Model, .. Data, "--samples", "4", "--json", "--quiet"]);

        run.Error.ShouldBeEmpty();
        var report = JsonNode.Parse(run.Output)!;
        ((int)report["samples"]!).ShouldBe(4);
        ((double)report["widths"]!["sqnr16Db"]!).ShouldBeGreaterThan(60);
        ((double)report["widths"]!["sqnr8Db"]!).ShouldBeInRange(15, 35);
        var finding = report["guidelines"]!.AsArray().Single(guideline => (string)guideline!["name"]! == "bounds")!["findings"]![0]!;
        finding.AsObject().Select(field => field.Key).ShouldBe(["severity", "operator", "name", "measured", "score"]);
        ((string)finding["severity"]!).ShouldBe("note");
        ((string)report["decision"]!["verdict"]!).ShouldStartWith("8 bits are enough");
    }

    [Fact]
    public void Findings_end_the_command_with_an_error_only_on_request()
    {
        CliRun.Of("check", Signs.Model).ExitCode.ShouldBe(ExitCode.Success);
        CliRun.Of("check", Signs.Model, "--fail-on", "warning").ExitCode.ShouldBe(ExitCode.Success);

        var failed = CliRun.Of("check", Signs.Model, "--fail-on", "note");
        failed.ExitCode.ShouldBe(ExitCode.Failed);
        failed.Output.ShouldContain("decision");
        failed.Error.ShouldBe("--fail-on note: there is 1 such finding.\n");
    }

    [Fact]
    public void The_integers_of_a_recipe_are_checked_on_request()
    {
        var run = CliRun.Of("check", Signs.Model, "--recipe", "pytorch-qnnpack");
        run.Output.ShouldContain("of recipe pytorch-qnnpack for onnxruntime: uint8 asymmetric between operators, weights int8 symmetric");

        CliRun.Of("check", Signs.Model, "--recipe", "pytorch-qnpack").Error.ShouldContain("Did you mean 'pytorch-qnnpack'?");
    }

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads() =>
        CliRun.Of(["check", Signs.Model, .. Data, "--samples", "5", "--json", "--threads", "1"]).Output.ShouldBe(
            CliRun.Of(["check", Signs.Model, .. Data, "--samples", "5", "--json", "--threads", "3"]).Output);

    [Fact]
    public void A_model_without_layers_is_refused()
    {
        var graph = new Graph { Name = "empty", Opsets = { [""] = 13 } };
        graph.AddOutput(graph.Add("Relu", [graph.AddInput("x", DataType.Float32, new SymbolicShape(1, 2))], "y"));
        OnnxWriter.Write(new() { Graph = graph }, _folder.PathOf("relu.onnx"));

        var run = CliRun.Of("check", _folder.PathOf("relu.onnx"));

        run.ExitCode.ShouldBe(ExitCode.Failed);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain("relu.onnx' has nothing to quantize");
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_refused_by_name()
    {
        var graph = new Graph { Name = "net", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new SymbolicShape(1, 1, 2, 2));
        graph.AddOutput(graph.Add("Conv", [x, graph.AddConstant("broken", Tensor.Of([1, 1, 1, 1], float.NaN))], "y"));
        OnnxWriter.Write(new() { Graph = graph }, _folder.PathOf("nan.onnx"));

        var run = CliRun.Of("check", _folder.PathOf("nan.onnx"));

        run.ExitCode.ShouldBe(ExitCode.Failed);
        run.Error.ShouldContain("Value 'broken': a value of NaN was seen");
    }

    [Theory]
    [InlineData("--validate and --labels belong together.", "--data", "d", "--validate", "v")]
    [InlineData("--validate needs --data", "--validate", "v", "--labels", "l")]
    [InlineData("--target and --recipe exclude each other", "--target", "tidl", "--recipe", "ti-advanced")]
    [InlineData("--target: 'tensorrt' is not one of tidl, onnxruntime.", "--target", "tensorrt")]
    [InlineData("--fail-on: 'warnings' is not one of note, warning, problem; did you mean 'warning'?", "--fail-on", "warnings")]
    public void What_does_not_go_together_is_wrong_usage(string message, params string[] arguments)
    {
        var run = CliRun.Of(["check", "m.onnx", .. arguments]);

        run.ExitCode.ShouldBe(ExitCode.WrongUsage);
        run.Error.ShouldStartWith(message);
    }
}
