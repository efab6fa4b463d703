using Google.Protobuf;
using Octet.Onnx;
using Octet.Tensors;
using Octet.Tests.Data;

namespace Octet.Tests.Onnx;

public sealed class OnnxTensorFileTests
{
    [Fact]
    public void A_tensor_is_read_with_its_name()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("input_0.pb", Protos.Floats("x", 1, 2).ToByteArray());

        OnnxTensorFile.Read(path, out var name).Floats.ToArray().ShouldBe([1, 2]);
        name.ShouldBe("x");
    }

    [Fact]
    public void Files_that_hold_no_tensor_are_named()
    {
        using var folder = new TemporaryFolder();

        Refused(folder.PathOf("a.pb")).ShouldEndWith("a.pb' does not exist.");
        Refused(folder.Write("b.pb", [0xff, 0xff])).ShouldContain("b.pb' is no ONNX file, or is damaged");
        Refused(folder.Write("c.pb", [])).ShouldContain("c.pb' has element type 0");
        Refused(folder.Write("d.pb", Protos.Raw("x", 1, [1], 5).ToByteArray())).ShouldContain("d.pb' has 1 bytes of raw data");
    }

    [Fact]
    public void A_sequence_is_refused()
    {
        // SequenceProto: elem_type (2) = 1, tensor_values (3) = an empty tensor.
        using var folder = new TemporaryFolder();

        Refused(folder.Write("s.pb", [0x10, 0x01, 0x1a, 0x00])).ShouldContain("holds a sequence");
    }

    [Fact]
    public void All_tensors_of_the_operator_suite_are_read()
    {
        var files = Directory.EnumerateFiles(SharedFolder.Require("conformance", "onnx"), "*.pb", SearchOption.AllDirectories).ToArray();

        files.Length.ShouldBeGreaterThan(1000);
        foreach (var file in files) OnnxTensorFile.Read(file).Type.ShouldNotBe(DataType.Undefined);
    }

    static string Refused(string path) => Should.Throw<ModelException>(() => { OnnxTensorFile.Read(path); }).Message;
}
