using Google.Protobuf;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Onnx.Schema;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Onnx;

public sealed class OnnxReaderTests
{
    [Fact]
    public void A_model_with_everything_in_it_comes_out_as_it_went_in()
    {
        var written = FullModel.Kept().ReadAndWritten();

        NormalForm.Of(written).ShouldBe(NormalForm.Of(FullModel.Kept()));
    }

    [Fact]
    public void The_facts_of_a_model_are_read()
    {
        var model = FullModel.Proto().Read();

        (model.IrVersion, model.ProducerName, model.ProducerVersion, model.Domain, model.ModelVersion, model.DocString)
            .ShouldBe((8, "octet", "1", "org.example", 7, "a model"));
        model.Metadata.ShouldBe(new Dictionary<string, string> { ["model"] = "text" });
        model.Graph.Opsets.ShouldBe(new Dictionary<string, int> { [""] = 13 });
        model.Source.ShouldBe("test.onnx");
    }

    [Fact]
    public void A_graph_is_read()
    {
        var graph = FullModel.Proto().Read().Graph;

        graph.Inputs.Select(input => input.ToString()).ShouldBe(["x: float32 [2]", "things"]);
        graph.Constants.Select(constant => constant.Name).ShouldBe(["w", "flag", "words", "sparse"]);
        graph.Outputs.Select(output => output.Name).ShouldBe(["y", "z", "twice"]);
        graph.Nodes.Select(node => node.OpType).ShouldBe(["If", "HardSigmoid", "Everything", "Neg", "HardSigmoid", "Add"]);
        graph.Find<HardSigmoid>()[0].Operator.ShouldBe(new HardSigmoid(0.3f, 0.5f));
        graph.Constants.Single(constant => constant.IsListedAsInput).Name.ShouldBe("w");
        graph.Inputs[1].ForeignType.ShouldNotBeNull();
    }

    [Fact]
    public void Attributes_of_all_kinds_are_read()
    {
        var attributes = FullModel.Proto().Read().Graph.Nodes.Single(node => node.OpType == "Everything").Attributes;

        attributes.Float("float").ShouldBe(0.5f);
        attributes.Int("int").ShouldBe(-3);
        attributes.String("string").ShouldBe("text");
        attributes.Tensor("tensor").Floats.ToArray().ShouldBe([1, 2, 3]);
        attributes.Subgraph("graph").Name.ShouldBe("graph");
        attributes.FloatsOrNull("floats").ShouldBe([1, 2]);
        attributes.Ints("ints").ShouldBe([1, 2]);
        attributes.Ints("empty").ShouldBeEmpty();
        attributes.StringsOrNull("strings").ShouldBe(["a", "b"]);
        ((Tensor[])attributes["tensors"]).Length.ShouldBe(2);
        ((ISubgraph[])attributes["graphs"]).Length.ShouldBe(1);
        string[] foreign = ["bytes", "byte_strings", "sparse", "type", "types"];
        foreach (var name in foreign) attributes[name].ShouldBeOfType<ForeignAttribute>();
        attributes.OutputCount.ShouldBe(2);
    }

    [Fact]
    public void An_attribute_without_a_kind_is_what_it_holds()
    {
        var model = Protos.Model(
            Protos.Graph(["x"], ["y"], Protos.Node("HardSigmoid", ["x"], ["y"], new AttributeProto { Name = "alpha", F = 0.25f })));

        model.Read().Graph.Nodes[0].Operator.ShouldBe(new HardSigmoid(0.25f, 0.5f));
    }

    [Fact]
    public void Bodies_capture_values_from_all_graphs_around_them()
    {
        var inner = Protos.Graph([], ["deep"], Protos.Node("Add", ["x", "half"], ["deep"]));
        var middle = Protos.Graph([], ["out"], Protos.Node("Neg", ["x"], ["half"]),
            Protos.Node("Maybe", ["x"], ["out"], Protos.Attribute("then_branch", inner)));

        var graph = Protos.Model(Protos.Graph(["x"], ["y"], Protos.Node("Maybe", ["x"], ["y"], Protos.Attribute("then_branch", middle))))
            .Read().Graph;

        var body = graph.Nodes[0].Subgraphs().Single();
        var innermost = body.Nodes[1].Subgraphs().Single();
        innermost.Captured.Select(captured => captured.CapturedFrom!.Graph).ShouldBe([body, body]);
        body.Captured.Single().CapturedFrom.ShouldBe(graph.Inputs[0]);
        graph.Nodes[0].Captures.ShouldBe([graph.Inputs[0]]);
        graph.Inputs[0].Consumers.ShouldBe([graph.Nodes[0], graph.Nodes[0]]);
    }

    [Fact]
    public void A_body_may_give_a_value_from_around_it()
    {
        var model = Protos.Model(
            Protos.Graph(["x"], ["y"], Protos.Node("Maybe", ["x"], ["y"], Protos.Attribute("then_branch", Protos.Graph([], ["x"])))));

        model.ReadAndWritten().Graph.Node[0].Attribute[0].G.Output[0].Name.ShouldBe("x");
    }

    [Fact]
    public void A_renamed_value_is_renamed_in_bodies_too()
    {
        var model = Protos.Model(
            Protos.Graph(["x"], ["y"],
                Protos.Node("Maybe", ["x"], ["y"],
                    Protos.Attribute("then_branch", Protos.Graph([], ["v"], Protos.Node("Neg", ["x"], ["v"])))))).Read();
        model.Graph.Inputs[0].Name = "picture";

        using var stream = new MemoryStream();
        OnnxWriter.Write(model, stream);

        OnnxReader.Read(stream.ToArray(), "again").Graph.Nodes[0].Captures.Single().Name.ShouldBe("picture");
    }

    [Fact]
    public void Nodes_are_put_in_order()
    {
        var graph = Protos.Model(Protos.Graph(["x"], ["z"], Protos.Node("Neg", ["y"], ["z"]), Protos.Node("Exp", ["x"], ["y"])))
            .Read().Graph;

        graph.Nodes.Select(node => node.OpType).ShouldBe(["Exp", "Neg"]);
    }

    [Fact]
    public void Constants_among_the_inputs_keep_their_places()
    {
        var model = Protos.Model(Protos.Graph(["w", "x", "v"], ["y"], Protos.Node("Add", ["x", "w"], ["y"])));
        model.Graph.Initializer.Add([Protos.Floats("v", 1, 2), Protos.Floats("w", 3, 4)]);

        model.Read().Graph.Inputs.Single().Name.ShouldBe("x");
        model.ReadAndWritten().Graph.Input.Select(input => input.Name).ShouldBe(["w", "x", "v"]);
    }

    [Fact]
    public void Open_extents_are_open_in_every_spelling()
    {
        var model = Protos.Model(Protos.Graph(["x"], ["y"], Protos.Node("Neg", ["x"], ["y"])));
        TensorShapeProto.Types.Dimension[] extents =
            [new() { DimParam = "N" }, new() { DimValue = -1 }, new(), new() { DimParam = "" }, new() { DimValue = 0 },
                new() { DimValue = 3 }];
        model.Graph.Input[0].Type.TensorType.Shape = new() { Dim = { extents } };

        model.Read().Graph.Inputs[0].ToString().ShouldBe("x: float32 [N, ?, ?, ?, 0, 3]");
    }

    [Fact]
    public void Unsupported_operators_do_not_stop_a_model_from_being_read()
    {
        var node = Protos.Node("FancyOp", ["x"], ["y"], Protos.Attribute("k", 3L));
        node.Domain = "com.example";

        var written = Protos.Model(Protos.Graph(["x"], ["y"], node)).ReadAndWritten();

        (written.Graph.Node[0].OpType, written.Graph.Node[0].Domain, written.Graph.Node[0].Attribute[0].I).ShouldBe(
            ("FancyOp", "com.example", 3));
    }

    [Fact]
    public void Both_names_of_the_main_domain_are_one()
    {
        var model = Protos.Model(Protos.Graph(["x"], ["y"], Protos.Node("HardSigmoid", ["x"], ["y"])));
        model.OpsetImport[0].Domain = "ai.onnx";
        model.Graph.Node[0].Domain = "ai.onnx";

        model.Read().Graph.Nodes[0].Operator.ShouldBeOfType<HardSigmoid>();
    }

    [Fact]
    public void An_opset_from_the_future_gets_the_newest_operators()
    {
        var model = Protos.Model(Protos.Graph(["x"], ["y"], Protos.Node("HardSigmoid", ["x"], ["y"])));
        model.OpsetImport[0].Version = 999;
        model.IrVersion = 99;

        var read = model.Read();

        read.Graph.Nodes[0].Operator.ShouldBeOfType<HardSigmoid>();
        (read.Graph.Opset, read.IrVersion).ShouldBe((999, 99));
    }

    [Fact]
    public void Fields_of_newer_versions_are_kept()
    {
        byte[] unknown = [0xfa, 0x3f, 0x02, 0x01, 0x02];
        var graph = Protos.Graph(["x"], ["y"], Protos.Node("Neg", ["x"], ["y"]));
        byte[] bytes = [.. Protos.Model(GraphProto.Parser.ParseFrom([.. graph.ToByteArray(), .. unknown])).ToByteArray(), .. unknown];

        var model = OnnxReader.Read(bytes, "test.onnx");
        model.Foreign.ShouldBe(unknown);
        model.Graph.Foreign.ShouldBe(unknown);

        using var stream = new MemoryStream();
        OnnxWriter.Write(model, stream);
        OnnxReader.Read(stream.ToArray(), "test.onnx").ShouldBeLike(model);
    }

    [Fact]
    public void A_stream_is_read_to_its_end()
    {
        using var stream = new MemoryStream(FullModel.Bytes());

        OnnxReader.Read(stream, "stream").Graph.Nodes.Count.ShouldBe(6);
    }

    [Fact]
    public void A_copy_of_a_model_that_was_read_writes_the_same()
    {
        var model = FullModel.Proto().Read();

        model.With(model.Graph.Clone()).ShouldBeLike(model);
    }
}
