using Google.Protobuf;
using Octet.Onnx.Schema;
using Octet.Tensors;
using Kind = Octet.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Octet.Fuzz.Seeds;

/// <summary>Writes a small model node by node.</summary>
sealed class ModelWriter(Random random, int opset)
{
    int _names;

    public GraphProto Graph { get; } = new() { Name = "graph" };

    public string Input(string name, DataType type, params long[] extents)
    {
        Graph.Input.Add(Info(name, type, extents));
        return name;
    }

    public void Output(string name) => Graph.Output.Add(new ValueInfoProto { Name = name });

    /// <summary>A constant of small random numbers.</summary>
    public string Constant(params long[] extents)
    {
        var tensor = new TensorProto { Name = Next("c"), DataType = (int)DataType.Float32, Dims = { extents } };
        for (var i = extents.Aggregate(1L, (product, extent) => product * extent); i > 0; i--)
            tensor.FloatData.Add(random.NextSingle() - 0.3f);
        Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    public string Longs(params long[] elements)
    {
        Graph.Initializer.Add(new TensorProto
        { Name = Next("l"), DataType = (int)DataType.Int64, Dims = { elements.Length }, Int64Data = { elements } });
        return Graph.Initializer[^1].Name;
    }

    /// <summary>A node with one output.</summary>
    public string Add(string opType, string[] inputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = opType, Input = { inputs }, Output = { Next("v") }, Attribute = { attributes } };
        if (random.Next(2) == 0) node.Name = $"{opType}_{_names}";
        Graph.Node.Add(node);
        return node.Output[0];
    }

    public string Next(string stem) => $"{stem}{_names++}";

    public byte[] Bytes() =>
        new ModelProto { IrVersion = 8, Graph = Graph, OpsetImport = { new OperatorSetIdProto { Version = opset } } }.ToByteArray();

    public static AttributeProto Attribute(string name, long value) => new() { Name = name, Type = Kind.Int, I = value };

    public static AttributeProto Attribute(string name, float value) => new() { Name = name, Type = Kind.Float, F = value };

    public static AttributeProto Attribute(string name, string value) =>
        new() { Name = name, Type = Kind.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Attribute(string name, params long[] values) => new() { Name = name, Type = Kind.Ints, Ints = { values } };

    public static AttributeProto Attribute(string name, GraphProto graph) => new() { Name = name, Type = Kind.Graph, G = graph };

    public static ValueInfoProto Info(string name, DataType type, params long[] extents) => new()
    {
        Name = name,
        Type = new()
        {
            TensorType = new()
            {
                ElemType = (int)type,
                Shape = new()
                {
                    Dim = { extents.Select(
                        extent => extent < 0
                            ? new TensorShapeProto.Types.Dimension { DimParam = "n" }
                            : new TensorShapeProto.Types.Dimension { DimValue = extent }) }
                },
            },
        },
    };
}
