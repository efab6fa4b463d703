using System.Text.Json.Nodes;
using Octet.Cli;
using Octet.Onnx;
using Octet.Running;
using Octet.Tensors;
using Octet.Tests.Data;

namespace Octet.Tests.Cli;

/// <summary><c>octet convert</c> on the sample that ships with the project.</summary>
public sealed class ConvertCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Signs_is_the_same_in_both_forms_and_back()
    {
        var paths = new[] { "qdq", "qoperator", "back", "direct" }.Select(name => _folder.PathOf($"{name}.onnx")).ToArray();
        string[] quantize = ["quantize", Signs.Model, "--data", Signs.Calibration, "--samples", "8", "--recipe", "fast", .. Signs.Options];

        Succeeds([.. quantize, "-o", paths[0]]);
        Succeeds([.. quantize, "-o", paths[3], "--format", "qoperator"]);
        var report = JsonNode.Parse(Succeeds(["convert", paths[0], "-o", paths[1], "--format", "qoperator", "--json"]))!;
        Succeeds(["convert", paths[1], "-o", paths[2], "--format", "qdq"]);

        report["left"]!.AsArray().ShouldBeEmpty();
        report["operators"]!.AsArray().Select(entry => (string)entry!["operator"]!).ShouldContain("QLinearConv");
        File.ReadAllBytes(paths[3]).ShouldBe(File.ReadAllBytes(paths[1]));
        var sessions = paths.Select(path => new Session(OnnxReader.Read(path).Graph)).ToArray();
        var input = new Tensor(DataType.Float32, sessions[0].Graph.Inputs[0].Shape!.Fill((_, dimension) => dimension.Extent ?? 1));
        foreach (var (i, number) in Enumerable.Range(0, input.Length).Index()) input.Floats[i] = number % 41 / 10f - 2;
        var outputs = sessions.Select(session =>
            session.Run(new Dictionary<string, Tensor> { [session.Graph.Inputs[0].Name] = input }).Values.Single().Bytes.ToArray())
            .ToArray();
        foreach (var other in outputs[1..]) other.ShouldBe(outputs[0]);
    }

    [Fact]
    public void A_float_model_is_refused()
    {
        var run = CliRun.Of(["convert", Signs.Model, "-o", _folder.PathOf("x.onnx"), "--format", "qoperator"]);

        run.ExitCode.ShouldBe(ExitCode.Failed);
        run.Error.ShouldContain("Give a model that was quantized in the QDQ form");
    }

    static string Succeeds(string[] arguments)
    {
        var run = CliRun.Of(arguments);
        run.ExitCode.ShouldBe(ExitCode.Success, customMessage: run.Error);
        return run.Output;
    }
}
