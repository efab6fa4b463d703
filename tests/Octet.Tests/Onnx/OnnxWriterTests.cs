using Google.Protobuf;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Onnx.Schema;
using Octet.Operators;
using Octet.Tensors;
using Octet.Tests.Data;

namespace Octet.Tests.Onnx;

public sealed class OnnxWriterTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_is_one_file()
    {
        var (model, path) = (FullModel.Proto().Read(), _folder.PathOf("m.onnx"));

        OnnxWriter.Write(model, path);

        OnnxReader.Read(path).ShouldBeLike(model);
        Files().ShouldBe(["m.onnx"]);
    }

    [Fact]
    public void Large_tensors_go_to_a_file_beside_it_on_request()
    {
        var (model, path) = (WithWeights(), _folder.PathOf("m.onnx"));

        OnnxWriter.Write(model, path, new OnnxWriteOptions { ExternalDataThreshold = 0 });

        OnnxReader.Read(path).ShouldBeLike(model);
        Files().ShouldBe(["m.onnx", "m.onnx.data"]);
        var proto = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        proto.Graph.Initializer.Select(initializer => initializer.DataLocation == TensorProto.Types.DataLocation.External)
            .ShouldBe([true, false, true, true]);
        Offset(proto.Graph.Initializer[0]).ShouldBe(0);
        Offset(proto.Graph.Initializer[2]).ShouldBe(8192);
        Offset(proto.Graph.Initializer[3]).ShouldBe(0);
        new FileInfo(path + ".data").Length.ShouldBe(8192 + 1500);
    }

    [Fact]
    public void Small_models_stay_in_one_file()
    {
        OnnxWriter.Write(WithWeights(), _folder.PathOf("m.onnx"), new OnnxWriteOptions { ExternalDataThreshold = 100_000 });

        Files().ShouldBe(["m.onnx"]);
    }

    [Fact]
    public void Data_of_subgraphs_goes_beside_the_model_too()
    {
        var body = Protos.Graph([], ["v"], Protos.Node("Add", ["x", "w"], ["v"]));
        body.Initializer.Add(Protos.Raw("w", 1, new byte[8000], 2000));
        var model = Protos.Model(Protos.Graph(["x"], ["y"], Protos.Node("Maybe", ["x"], ["y"], Protos.Attribute("then_branch", body))))
            .Read();
        var path = _folder.PathOf("m.onnx");

        OnnxWriter.Write(model, path, new OnnxWriteOptions { ExternalDataThreshold = 7999 });

        OnnxReader.Read(path).ShouldBeLike(model);
        new FileInfo(path + ".data").Length.ShouldBe(8000);
    }

    [Fact]
    public void A_model_can_be_written_over_the_files_it_came_from()
    {
        var (model, path) = (WithWeights(), _folder.PathOf("m.onnx"));
        OnnxWriter.Write(model, path, new OnnxWriteOptions { ExternalDataThreshold = 0 });

        OnnxWriter.Write(OnnxReader.Read(path), path, new OnnxWriteOptions { ExternalDataThreshold = 0 });

        OnnxReader.Read(path).ShouldBeLike(model);
    }

    [Fact]
    public void Internal_operators_are_a_mistake_of_the_exporter()
    {
        var graph = new Graph { Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, null);
        var y = graph.NewValue("y");
        graph.Add(new UnsupportedOperator("FakeQuantize", "octet"), [x], [y], name: "fake", domain: "octet");
        graph.AddOutput(y);
        var path = _folder.PathOf("m.onnx");

        Should.Throw<InvalidOperationException>(() => OnnxWriter.Write(new Model { Graph = graph }, path)).Message.ShouldContain(
            "Node fake is of type FakeQuantize");

        Files().ShouldBeEmpty();
    }

    [Fact]
    public void What_a_pass_changed_is_written()
    {
        var model = FullModel.Proto().Read();
        var graph = model.Graph;
        var sigmoid = graph.Find<HardSigmoid>()[0];
        graph.ReplaceUses(sigmoid.Output, sigmoid.Inputs[0]!);
        graph.Remove(sigmoid);
        graph.Constants[0].Constant = Tensor.Of<float>([2], 7, 8);
        graph.Inputs[0].Shape = new SymbolicShape(5, 6);
        model.Metadata["octet.preprocessing"] = "{}";
        graph.Nodes.Single(node => node.OpType == "Everything").Attributes["tensor"] = 3L;

        OnnxWriter.Write(model, _folder.PathOf("m.onnx"));

        var again = OnnxReader.Read(_folder.PathOf("m.onnx"));
        again.Metadata["octet.preprocessing"].ShouldBe("{}");
        again.Graph.ToString().ShouldBe(graph.ToString());
        again.Graph.Constants[0].Constant!.Floats.ToArray().ShouldBe([7, 8]);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named() =>
        Should.Throw<OutputFileException>(() => OnnxWriter.Write(WithWeights(), _folder.PathOf("missing/m.onnx"))).Message.ShouldContain(
            "m.onnx' cannot be written: there is no folder");

    /// <summary>Constants of 8192, 8 and 1500 bytes, the first of them under two names.</summary>
    static Model WithWeights()
    {
        var graph = new Graph { Name = "weights", Opsets = { [""] = 13 } };
        var shared = new Tensor(DataType.Float32, [2, 1024]);
        for (var i = 0; i < shared.Length; i++) shared.Floats[i] = i;
        var packed = new Tensor(DataType.Int4, [3000]);
        for (var i = 0; i < packed.Length; i++) packed.Bytes[i] = (byte)(i % 16 - 8);
        var inputs = new[] { graph.AddConstant("a", shared), graph.AddConstant("b", Tensor.Vector(1)), graph.AddConstant("c", packed),
            graph.AddConstant("d", shared) };
        var output = graph.Add("Mystery", inputs, "y");
        output.IsDeclared = true;
        graph.AddOutput(output);
        return new Model { Graph = graph };
    }

    static long Offset(TensorProto tensor) => long.Parse(tensor.ExternalData.Single(entry => entry.Key == "offset").Value);

    IEnumerable<string?> Files() => Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
