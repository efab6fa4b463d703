using Google.Protobuf;
using Octet.Graphs;
using Octet.Onnx.Schema;
using Octet.Operators;
using Octet.Tensors;
using Kind = Octet.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Octet.Onnx;

/// <summary>Encodes the values of <see cref="Attributes"/>.</summary>
static class AttributeWriter
{
    /// <param name="name">The attribute's name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="rest">What the file said about it that Octet does not interpret; null if nothing.</param>
    /// <param name="writeGraph">Encodes a graph inside the attribute.</param>
    public static AttributeProto Write(string name, object value, AttributeProto? rest, Func<Graph, GraphProto> writeGraph)
    {
        if (value is ForeignAttribute foreign) return AttributeProto.Parser.ParseFrom(foreign.Encoded);

        var proto = rest ?? new();
        proto.Name = name;
        if (value is not Tensor) proto.T = null;
        switch (value)
        {
            case float number: (proto.Type, proto.F) = (Kind.Float, number); break;
            case long number: (proto.Type, proto.I) = (Kind.Int, number); break;
            case string text: (proto.Type, proto.S) = (Kind.String, ByteString.CopyFromUtf8(text)); break;
            case Tensor tensor: (proto.Type, proto.T) = (Kind.Tensor, Fill(proto.T ?? new(), tensor)); break;
            case Graph graph: (proto.Type, proto.G) = (Kind.Graph, writeGraph(graph)); break;
            case float[] numbers: proto.Type = Kind.Floats; proto.Floats.Add(numbers); break;
            case long[] numbers: proto.Type = Kind.Ints; proto.Ints.Add(numbers); break;
            case string[] texts: proto.Type = Kind.Strings; proto.Strings.Add(texts.Select(ByteString.CopyFromUtf8)); break;
            case Tensor[] list: proto.Type = Kind.Tensors; proto.Tensors.Add(list.Select(tensor => TensorWriter.Write(tensor, ""))); break;
            case ISubgraph[] graphs: proto.Type = Kind.Graphs; proto.Graphs.Add(graphs.Cast<Graph>().Select(writeGraph)); break;
            default:
                throw new InvalidOperationException($"Attribute '{name}' holds a {value.GetType()}, which the format has no place for.");
        }
        return proto;
    }

    static TensorProto Fill(TensorProto proto, Tensor tensor)
    {
        TensorWriter.Fill(proto, tensor);
        return proto;
    }
}
