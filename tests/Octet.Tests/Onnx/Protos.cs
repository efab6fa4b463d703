using Google.Protobuf;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Onnx.Schema;
using Kind = Octet.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Octet.Tests.Onnx;

/// <summary>Encoded models in few words.</summary>
static class Protos
{
    /// <summary>A model around a graph; IR version 8, opset 13.</summary>
    public static ModelProto Model(GraphProto graph, params FunctionProto[] functions) =>
        new()
        {
            IrVersion = 8,
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 13 } },
            Functions = { functions }
        };

    /// <summary>float32 inputs and outputs by name, of shape [2].</summary>
    public static GraphProto Graph(string[] inputs, string[] outputs, params NodeProto[] nodes) =>
        new() { Name = "graph", Input = { inputs.Select(Info) }, Output = { outputs.Select(Info) }, Node = { nodes } };

    public static ValueInfoProto Info(string name) => Info(name, 1, 2);

    public static ValueInfoProto Info(string name, int type, params long[] extents) => new()
    {
        Name = name,
        Type = new()
        {
            TensorType = new()
            {
                ElemType = type,
                Shape = new() { Dim = { extents.Select(extent => new TensorShapeProto.Types.Dimension { DimValue = extent }) } }
            }
        },
    };

    public static NodeProto Node(string opType, string[] inputs, string[] outputs, params AttributeProto[] attributes) =>
        new() { OpType = opType, Name = $"{opType}_node", Input = { inputs }, Output = { outputs }, Attribute = { attributes } };

    public static AttributeProto Attribute(string name, GraphProto graph) => new() { Name = name, Type = Kind.Graph, G = graph };

    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = Kind.Float, F = value };

    public static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = Kind.Int, I = value };

    /// <summary>An attribute of a node in a function that takes the value of the caller's.</summary>
    public static AttributeProto Reference(string name, Kind kind, string caller) =>
        new() { Name = name, Type = kind, RefAttrName = caller };

    public static TensorProto Floats(string name, params float[] values) =>
        new() { Name = name, DataType = 1, Dims = { values.Length }, FloatData = { values } };

    public static TensorProto Raw(string name, int type, byte[] bytes, params long[] dimensions) =>
        new() { Name = name, DataType = type, Dims = { dimensions }, RawData = ByteString.CopyFrom(bytes) };

    public static TensorProto External(string name, int type, string location, long? offset = null, long? length = null,
        string? checksum = null, params long[] dimensions)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = type,
            Dims = { dimensions },
            DataLocation = TensorProto.Types.DataLocation.External,
        };
        void Entry(string key, string? value)
        {
            if (value is not null) tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        }
        Entry("location", location);
        Entry("offset", offset?.ToString());
        Entry("length", length?.ToString());
        Entry("checksum", checksum);
        return tensor;
    }

    public static Model Read(this ModelProto proto, string? folder = null) => OnnxReader.Read(proto.ToByteArray(), "test.onnx", folder);

    /// <summary>Reads, writes and reads again; the two must be alike.</summary>
    public static ModelProto ReadAndWritten(this ModelProto proto)
    {
        var model = proto.Read();
        using var stream = new MemoryStream();
        OnnxWriter.Write(model, stream);
        OnnxReader.Read(stream.ToArray(), "test.onnx").ShouldBeLike(model);
        return ModelProto.Parser.ParseFrom(stream.ToArray());
    }

    /// <summary>The refusal of a model that cannot be read.</summary>
    public static string Refused(this ModelProto proto, string? folder = null) =>
        Should.Throw<ModelException>(() => proto.Read(folder)).Message;
}
