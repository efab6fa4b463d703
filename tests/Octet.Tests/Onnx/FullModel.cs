using Google.Protobuf;
using Octet.Onnx.Schema;
using Kind = Octet.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Octet.Tests.Onnx;

/// <summary>A small model that uses everything the format has.</summary>
static class FullModel
{
    public static byte[] Bytes() => Proto().ToByteArray();

    /// <summary>Without functions, which do not survive reading.</summary>
    public static ModelProto Kept()
    {
        var body = Protos.Graph([], ["inside"], Protos.Node("Add", ["x", "w"], ["inside"]));
        var graph = Protos.Graph(
            ["w", "x", "things"], ["y", "z"],
            Protos.Node("If", ["flag"], ["a"], Protos.Attribute("then_branch", body), Protos.Attribute("else_branch", body.Clone())),
            Protos.Node("HardSigmoid", ["a"], ["b"],
                new AttributeProto { Name = "alpha", Type = Kind.Float, F = 0.3f, DocString = "the slope" }),
            Protos.Node("Everything", ["b", "", "things"], ["", "y"], [.. AttributesOfAllKinds()]),
            Protos.Node("Neg", ["y"], ["z"]));
        graph.DocString = "a graph";
        graph.MetadataProps.Add(Pair("graph", "text"));
        graph.Input[2].Type = new() { SequenceType = new() { ElemType = new() { TensorType = new() { ElemType = 1 } } } };
        graph.Input[1].Type.TensorType.Shape.Dim[0].Denotation = "DATA_BATCH";
        graph.Input[1].Type.Denotation = "TENSOR";
        graph.Input[1].DocString = "the input";
        graph.Initializer.Add(Protos.Floats("w", 1, 2));
        graph.Initializer.Add(new TensorProto
        { Name = "flag", DataType = 9, Int32Data = { 1 }, DocString = "yes", MetadataProps = { Pair("tensor", "text") } });
        graph.Initializer.Add(new TensorProto
        {
            Name = "words",
            DataType = 8,
            Dims = { 2 },
            StringData = { ByteString.CopyFromUtf8("one"), ByteString.CopyFromUtf8("zwö") }
        });
        graph.ValueInfo.Add(Protos.Info("b"));
        graph.ValueInfo.Add(Protos.Info("elsewhere"));
        graph.ValueInfo[0].MetadataProps.Add(Pair("value", "text"));
        graph.QuantizationAnnotation.Add(new TensorAnnotation
        { TensorName = "b", QuantParameterTensorNames = { Pair("SCALE_TENSOR", "w") } });
        graph.Node[3].DocString = "a node";
        graph.Node[3].MetadataProps.Add(Pair("node", "text"));
        graph.Node[3].DeviceConfigurations.Add(new NodeDeviceConfigurationProto
        {
            ConfigurationId = "all",
            PipelineStage = 1,
            ShardingSpec = { new ShardingSpecProto { TensorName = "y", Device = { 0, 1 } } }
        });

        var model = Protos.Model(graph);
        (model.ProducerName, model.ProducerVersion, model.Domain, model.ModelVersion, model.DocString) =
            ("octet", "1", "org.example", 7, "a model");
        model.MetadataProps.Add(Pair("model", "text"));
        model.Configuration.Add(new DeviceConfigurationProto { Name = "all", NumDevices = 2, Device = { "cpu", "gpu" } });
        model.TrainingInfo.Add(new TrainingInfoProto { Algorithm = Protos.Graph([], []), UpdateBinding = { Pair("w", "w") } });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "org.example", Version = 2 });
        return model;
    }

    public static ModelProto Proto()
    {
        var model = Kept();
        model.Functions.Add(new FunctionProto
        {
            Name = "Twice",
            Domain = "org.example",
            Input = { "i" },
            Output = { "o" },
            Attribute = { "slope" },
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 13 } },
            Node =
            {
                Protos.Node("HardSigmoid", ["i"], ["m"], Protos.Reference("alpha", Kind.Float, "slope")),
                Protos.Node("Add", ["m", "m"], ["o"]),
            },
        });
        var call = Protos.Node("Twice", ["z"], ["twice"], Protos.Attribute("slope", 0.4f));
        call.Domain = "org.example";
        model.Graph.Node.Add(call);
        model.Graph.Output.Add(Protos.Info("twice"));
        model.Graph.SparseInitializer.Add(new SparseTensorProto
        {
            Values = Protos.Floats("sparse", 5, 6),
            Indices = new TensorProto { DataType = 7, Dims = { 2 }, Int64Data = { 1, 3 } },
            Dims = { 2, 2 },
        });
        return model;
    }

    public static StringStringEntryProto Pair(string key, string value) => new() { Key = key, Value = value };

    static IEnumerable<AttributeProto> AttributesOfAllKinds() =>
    [
        new() { Name = "float", Type = Kind.Float, F = 0.5f },
        new() { Name = "int", Type = Kind.Int, I = -3 },
        new() { Name = "string", Type = Kind.String, S = ByteString.CopyFromUtf8("text") },
        new() { Name = "bytes", Type = Kind.String, S = ByteString.CopyFrom(0xff, 0xfe) },
        new() { Name = "tensor", Type = Kind.Tensor, T = Protos.Floats("inner", 1, 2, 3) },
        new() { Name = "graph", Type = Kind.Graph, G = Protos.Graph([], ["v"], Protos.Node("Neg", ["x"], ["v"])) },
        new() { Name = "floats", Type = Kind.Floats, Floats = { 1, 2 } },
        new() { Name = "ints", Type = Kind.Ints, Ints = { 1, 2 } },
        new() { Name = "empty", Type = Kind.Ints },
        new() { Name = "strings", Type = Kind.Strings, Strings = { ByteString.CopyFromUtf8("a"), ByteString.CopyFromUtf8("b") } },
        new() { Name = "byte_strings", Type = Kind.Strings, Strings = { ByteString.CopyFrom(0xff) } },
        new() { Name = "tensors", Type = Kind.Tensors, Tensors = { Protos.Floats("", 1), Protos.Floats("", 2) } },
        new() { Name = "graphs", Type = Kind.Graphs, Graphs = { Protos.Graph([], ["u"], Protos.Node("Neg", ["x"], ["u"])) } },
        new() { Name = "sparse", Type = Kind.SparseTensor, SparseTensor = new() { Values = Protos.Floats("", 1), Dims = { 9 } } },
        new() { Name = "type", Type = Kind.TypeProto,
            Tp = new() { OptionalType = new() { ElemType = new() { TensorType = new() { ElemType = 1 } } } } },
        new() { Name = "types", Type = Kind.TypeProtos,
            TypeProtos = { new TypeProto { OpaqueType = new() { Domain = "d", Name = "n" } } } },
    ];
}
