using Octet.Data.Arrays;
using Octet.Onnx;
using Octet.Running;

namespace Octet.Tests.Operators;

/// <summary>Quantization and integer operators against ONNX Runtime 1.30.0 on the CPU, whose inputs and outputs are stored side by
/// side.</summary>
public sealed class GoldenOperatorTests
{
    public static TheoryData<string> Cases => Directory.Exists(SharedFolder.PathOf("golden", "qops"))
        ? [.. Directory.EnumerateFiles(SharedFolder.PathOf("golden", "qops"), "*.onnx")
            .Select(file => Path.GetFileNameWithoutExtension(file)!).Order()]
        : ["none"];

    [Theory, MemberData(nameof(Cases))]
    public void Outputs_are_those_of_ONNX_Runtime_bit_for_bit(string name)
    {
        var arrays = NpzFile.Read(SharedFolder.Require("golden", "qops", $"{name}.npz"));
        var graph = OnnxReader.Read(SharedFolder.Require("golden", "qops", $"{name}.onnx")).Graph;

        var outputs = new Session(graph).Run(graph.Inputs.ToDictionary(input => input.Name, input => arrays[$"in_{input.Name}"]));

        outputs.ShouldNotBeEmpty();
        foreach (var (output, actual) in outputs)
        {
            var expected = arrays[$"out_{output}"];
            actual.Type.ShouldBe(expected.Type);
            actual.Shape.ShouldBe(expected.Shape);
            actual.Bytes.SequenceEqual(expected.Bytes).ShouldBeTrue(customMessage: output);
        }
    }
}
