using System.Text.Json.Nodes;
using Octet.Cli;
using Octet.Data.Arrays;
using Octet.Tensors;
using Octet.Tests.Data;

namespace Octet.Tests.Cli;

/// <summary><c>octet prepare</c> on the sample that ships with the project.</summary>
public sealed class PrepareCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    CliRun Prepare(params string[] arguments) =>
        CliRun.Of(["prepare", Signs.Model, "-o", _folder.PathOf("prepared.onnx"), .. Signs.Options, .. arguments]);

    [Fact]
    public void The_prepared_model_is_tested_against_the_model_before()
    {
        var run = Prepare("--test-input", Signs.Picture, "--test-result", _folder.PathOf("out.npz"), "--json");

        run.ExitCode.ShouldBe(ExitCode.Success, customMessage: run.Error);
        var check = JsonNode.Parse(run.Output)!["check"]!;
        ((double)check["worstCosine"]!).ShouldBeGreaterThan(0.99999);
        NpzFile.Read(_folder.PathOf("out.npz")).Keys.ShouldBe(["logits"]);
    }

    [Fact]
    public void A_reference_that_differs_ends_with_a_table_and_exit_code_1()
    {
        Prepare("--test-input", Signs.Picture, "--test-result", _folder.PathOf("out.npz")).ExitCode.ShouldBe(ExitCode.Success);
        var logits = NpzFile.Read(_folder.PathOf("out.npz"))["logits"];
        Prepare("--test-input", Signs.Picture, "--test-reference", _folder.PathOf("out.npz")).ExitCode.ShouldBe(ExitCode.Success);
        foreach (ref var value in logits.Floats) value = -value;
        NpzFile.Write(_folder.PathOf("wrong.npz"), [new("logits", logits)]);
        NpzFile.Write(_folder.PathOf("other.npz"), [new("scores", logits)]);

        var wrong = Prepare("--test-input", Signs.Picture, "--test-reference", _folder.PathOf("wrong.npz"));
        var other = Prepare("--test-input", Signs.Picture, "--test-reference", _folder.PathOf("other.npz"));

        wrong.ExitCode.ShouldBe(ExitCode.Failed);
        wrong.Error.ShouldContain("-1.00000");
        other.ExitCode.ShouldBe(ExitCode.Failed);
        other.Error.ShouldContain("has no array for 'logits'; it holds 'scores'");
    }

    [Fact]
    public void Shapes_are_set_and_outputs_cut()
    {
        var inner = Octet.Onnx.OnnxReader.Read(Signs.Model).Graph.Nodes.First(node => node.OpType == "Conv").Output.Name;

        var run = Prepare("--input-shapes", "[[1,3,64,64]]", "--output-names", $"logits,{inner}", "--json");

        run.ExitCode.ShouldBe(ExitCode.Success, customMessage: run.Error);
        var report = JsonNode.Parse(run.Output)!;
        ((string)report["inputs"]![0]!).ShouldBe("input: float32 [1, 3, 64, 64]");
        report["outputs"]!.AsArray().Count.ShouldBe(2);
        ((string)report["outputs"]![1]!).ShouldStartWith($"{inner}: float32 [1, ");
    }

    [Theory]
    [InlineData("--test-reference needs --test-input", "--test-reference", "a.npz")]
    [InlineData("--input-shapes: '1,x' is no list of shapes", "--input-shapes", "1,x")]
    [InlineData("--input-shapes: '[[0]]' is no list of shapes", "--input-shapes", "[[0]]")]
    [InlineData("--input-shapes: '65536,65536' is no list of shapes", "--input-shapes", "65536,65536")]
    [InlineData("--tolerance: give two numbers", "--test-input", "a.npz", "--tolerance", "0.9")]
    public void Wrong_combinations_end_with_exit_code_2(string message, params string[] arguments)
    {
        var run = Prepare(arguments);

        run.ExitCode.ShouldBe(ExitCode.WrongUsage);
        run.Error.ShouldStartWith(message);
    }
}
