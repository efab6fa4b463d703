using System.Text;
using Google.Protobuf;
using Octet.Onnx;
using Octet.Onnx.Schema;
using Octet.Tests.Data;

namespace Octet.Tests.Onnx;

/// <summary>Files that are not what they should be: each gets a message that says what is wrong.</summary>
public sealed class HostileModelTests
{
    [Fact]
    public void A_missing_file_a_folder_and_an_empty_file_are_named()
    {
        using var folder = new TemporaryFolder();

        Refused(() => OnnxReader.Read(folder.PathOf("m.onnx"))).ShouldEndWith("m.onnx' does not exist.");
        Refused(() => OnnxReader.Read(folder.Path)).ShouldEndWith("' is a folder; name the file in it.");
        Refused(() => OnnxReader.Read(folder.Write("m.onnx", []))).ShouldEndWith("m.onnx' is empty.");
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "is a pointer of Git LFS")]
    [InlineData("<html><body>404</body></html>", "is a text file")]
    [InlineData("PK\u0003\u0004rest", "is a zip archive (perhaps a PyTorch model)")]
    [InlineData("\u0018\0\0\0TFL3rest", "is a TensorFlow Lite model")]
    [InlineData("\u0018\0\0\0ORTMrest", "is in ONNX Runtime's own format")]
    public void Files_of_other_kinds_are_recognized(string content, string because) =>
        Refused(() => OnnxReader.Read(Encoding.Latin1.GetBytes(content), "m.onnx")).ShouldContain(because);

    [Fact]
    public void A_file_that_was_cut_off_is_told_from_garbage()
    {
        Refused(() => OnnxReader.Read(FullModel.Bytes().AsSpan(0, 1000), "m.onnx"))
            .ShouldContain("is cut off after 1000 bytes, or damaged");
        Refused(() => OnnxReader.Read([0xff, 0xff, 0xff], "m.onnx")).ShouldContain("is no ONNX file, or is damaged at byte 0");
    }

    [Fact]
    public void A_message_without_a_graph_is_no_model() =>
        Refused(() => OnnxReader.Read(new ModelProto { IrVersion = 8 }.ToByteArray(), "m.onnx"))
        .ShouldBe("'m.onnx' is no ONNX model: it holds no graph.");

    [Fact]
    public void An_old_format_is_refused()
    {
        var model = Simple();
        model.IrVersion = 2;

        model.Refused().ShouldContain("has IR version 2; Octet reads 3 and newer");
    }

    [Fact]
    public void Opsets_that_cannot_be_are_refused()
    {
        var model = Simple();
        model.OpsetImport[0].Version = 1L << 40;
        model.OpsetImport.Add([new OperatorSetIdProto { Domain = "a", Version = 1 }, new OperatorSetIdProto { Domain = "a", Version = 2 }]);

        var message = model.Refused();

        message.ShouldContain("opset 1099511627776 of domain '' cannot be");
        message.ShouldContain("domain 'a' is used in two opsets, 1 and 2");
    }

    [Fact]
    public void A_model_that_names_no_opset_is_refused()
    {
        var model = Simple();
        model.OpsetImport.Clear();

        model.Refused().ShouldContain("node 'Neg_node' (Neg): is an operator of ONNX itself, but the model does not say of which opset");
    }

    [Fact]
    public void A_value_that_is_made_twice_is_named_with_its_makers()
    {
        var message =
            Protos.Model(
                Protos.Graph(["x"], ["y"], Protos.Node("Neg", ["x"], ["y"]), Protos.Node("Exp", ["x"], ["y"]),
                    Protos.Node("Exp", ["x"], ["x"]))).Refused();

        message.ShouldContain("the value 'y' is made more than once, the second time by node 'Exp_node' (Exp)");
        message.ShouldContain("the value 'x' is made more than once");
    }

    [Fact]
    public void Dangling_values_are_all_named_at_once()
    {
        var message =
            Protos.Model(
                Protos.Graph(["x"], ["nowhere"], Protos.Node("Neg", ["ghost"], ["y"]), Protos.Node("Add", ["x", "phantom"], ["z"])))
                .Refused();

        message.ShouldContain("3 problem(s)");
        message.ShouldContain("node 'Neg_node' (Neg) reads 'ghost', which nothing in the model makes");
        message.ShouldContain("reads 'phantom'");
        message.ShouldContain("the output 'nowhere' is made by nothing in the model");
    }

    [Fact]
    public void A_circle_is_named() =>
        Protos.Model(Protos.Graph(["x"], ["b"], Protos.Node("Neg", ["b"], ["a"]), Protos.Node("Exp", ["a"], ["b"]))).Refused()
        .ShouldContain("wait for each other in a circle");

    [Fact]
    public void A_circle_through_a_body_is_named() =>
        Protos.Model(
            Protos.Graph(["x"], ["y"],
                Protos.Node("Maybe", ["x"], ["y"],
                    Protos.Attribute("then_branch", Protos.Graph([], ["v"], Protos.Node("Neg", ["y"], ["v"])))))).Refused()
            .ShouldContain("circle");

    [Fact]
    public void A_body_cannot_be_read_from_outside() =>
        Protos.Model(
            Protos.Graph(["x"], ["v"],
                Protos.Node("Maybe", ["x"], ["y"],
                    Protos.Attribute("then_branch", Protos.Graph([], ["v"], Protos.Node("Neg", ["x"], ["v"])))))).Refused()
            .ShouldContain("the output 'v' is made by nothing in the model");

    [Fact]
    public void Things_without_names_are_refused()
    {
        var model = Protos.Model(Protos.Graph(["x", ""], ["y", ""], Protos.Node("Neg", ["x"], ["y"])));
        model.Graph.Node[0].Attribute.Add(Protos.Attribute("", 1L));
        model.Graph.Node.Add(new NodeProto { Input = { "x" }, Output = { "z" } });

        var message = model.Refused();

        message.ShouldContain("input has no name");
        message.ShouldContain("the output '' is made by nothing");
        message.ShouldContain("attribute '': has no name");
        message.ShouldContain("has no operator type");
    }

    [Fact]
    public void An_initializer_without_a_name_is_refused()
    {
        var model = Simple();
        model.Graph.Initializer.Add(Protos.Floats("", 1));

        model.Refused().ShouldContain("initializer has no name");
    }

    [Fact]
    public void Bad_attributes_are_named_with_their_nodes()
    {
        var graph = Protos.Graph(
            ["x"], ["y"],
            Protos.Node("HardSigmoid", ["x"], ["y"], Protos.Attribute("alpha", 1L)),
            Protos.Node("Op", ["x"], ["z"], Protos.Attribute("k", 1L), Protos.Attribute("k", 2L)),
            Protos.Node("Op", ["x"], ["u"], new AttributeProto { Name = "t", Type = AttributeProto.Types.AttributeType.Tensor }),
            Protos.Node("Op", ["x"], ["v"], Protos.Reference("r", AttributeProto.Types.AttributeType.Int, "k")));

        var message = Protos.Model(graph).Refused();

        message.ShouldContain("node 'HardSigmoid_node' (HardSigmoid): attribute 'alpha' holds an int, but a float is expected");
        message.ShouldContain("attribute 'k': is there twice");
        message.ShouldContain("attribute 't': should hold a tensor, but holds none");
        message.ShouldContain("attribute 'r': refers to 'k' of a calling node");
    }

    [Fact]
    public void Initializers_with_wrong_sizes_are_all_named()
    {
        var model = Simple();
        model.Graph.Initializer.Add(
            [Protos.Raw("a", 1, new byte[3], 1), Protos.Raw("b", 1, [], 1 << 15, 1 << 15), Protos.Raw("c", 99, [1], 1)]);

        var message = model.Refused();

        message.ShouldContain("initializer 'a': has 3 bytes of raw data, but float32 [1] takes 4");
        message.ShouldContain("initializer 'b': holds no elements");
        message.ShouldContain("initializer 'c': has element type 99");
    }

    [Fact]
    public void Huge_declared_shapes_take_no_memory()
    {
        var model = Simple();
        for (var i = 0; i < 1000; i++) model.Graph.Initializer.Add(Protos.Raw($"w{i}", 1, [1], 1 << 10, 1 << 18));
        var bytes = model.ToByteArray();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Refused(() => OnnxReader.Read(bytes, "m.onnx"));

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(10_000_000);
    }

    [Fact]
    public void Declared_extents_that_cannot_be_are_refused()
    {
        var model = Simple();
        model.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = long.MaxValue;

        model.Refused().ShouldContain("value 'x': dimension 0 has extent 9223372036854775807");
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var nested = Protos.Graph([], ["v"], Protos.Node("Neg", ["x"], ["v"]));
        for (var depth = 0; depth < 31; depth++)
            nested = Protos.Graph([], ["v"], Protos.Node("Maybe", ["x"], ["v"], Protos.Attribute("then_branch", nested)));
        var deeper = nested;
        for (var depth = 0; depth < 300; depth++)
            deeper = Protos.Graph([], ["v"], Protos.Node("Maybe", ["x"], ["v"], Protos.Attribute("then_branch", deeper)));

        nested.Input.Add(Protos.Info("x"));
        Protos.Model(nested).Refused().ShouldContain("nested more than 30 deep");
        Refused(() => OnnxReader.Read(Protos.Model(deeper).ToByteArray(), "m.onnx")).ShouldContain("nest more than 100 deep");
    }

    [Fact]
    public void A_message_of_millions_of_tiny_parts_is_refused_before_it_fills_the_memory()
    {
        // Field 7 (graph) of 16 MB, which holds field 1 (a node of no bytes) again and again.
        byte[] begin = [0x08, 0x08, 0x3a, 0x80, 0x80, 0x80, 0x08];
        var bytes = new byte[begin.Length + (1 << 24)];
        begin.CopyTo(bytes, 0);
        for (var i = begin.Length; i < bytes.Length; i += 2) bytes[i] = 0x0a;
        var before = GC.GetAllocatedBytesForCurrentThread();

        Refused(() => OnnxReader.Read(bytes, "m.onnx")).ShouldContain("more than 5000000 parts");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000);
    }

    [Fact]
    public void A_model_of_a_million_problems_is_refused_soon()
    {
        var model = Simple();
        for (var i = 0; i < 100_000; i++) model.Graph.Node.Add(new NodeProto { Input = { "ghost" } });

        var message = model.Refused();

        message.ShouldContain("at least 1000 problem(s)");
        message.Length.ShouldBeLessThan(5000);
    }

    [Fact]
    public void Many_readers_of_one_value_and_many_inputs_of_one_node_take_no_longer_than_they_must()
    {
        const int Many = 50_000;
        var large = Simple();
        large.Graph.Node.Add(Protos.Node("Many", [.. Enumerable.Range(0, Many).Select(i => $"v{i}")], ["all"]));
        large.Graph.Node.Add(Enumerable.Range(0, Many).Select(i => Protos.Node("Neg", ["x"], [$"v{i}"])));
        large.Graph.Node.Add(
            Protos.Node("Maybe", ["x"], ["w"],
                Protos.Attribute("then_branch",
                    Protos.Graph([], ["u"], Protos.Node("Many", [.. Enumerable.Range(0, Many).Select(i => $"v{i}")], ["u"])))));
        var bytes = large.ToByteArray();

        var model = ThreadClock.Within(TimeSpan.FromSeconds(5), () => OnnxReader.Read(bytes, "m.onnx"));

        model.Graph.Nodes.Count.ShouldBe(Many + 3);
    }

    static ModelProto Simple() => Protos.Model(Protos.Graph(["x"], ["y"], Protos.Node("Neg", ["x"], ["y"])));

    static string Refused(Func<Octet.Graphs.Model> read) => Should.Throw<ModelException>(() => { read(); }).Message;
}
