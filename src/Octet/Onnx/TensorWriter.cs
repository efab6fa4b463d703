using Google.Protobuf;
using Octet.Onnx.Schema;
using Octet.Tensors;

namespace Octet.Onnx;

/// <summary>Encodes tensors: elements as raw little-endian bytes, strings in their own field.</summary>
static class TensorWriter
{
    /// <summary>The encoded tensor; it shares the memory of <paramref name="tensor"/> where it can.</summary>
    /// <param name="tensor">The elements.</param>
    /// <param name="name">Empty for tensors in attributes.</param>
    public static TensorProto Write(Tensor tensor, string name)
    {
        var proto = new TensorProto();
        if (name.Length > 0) proto.Name = name;
        Fill(proto, tensor);
        return proto;
    }

    /// <summary>Adds the elements to a message that may hold documentation already.</summary>
    public static void Fill(TensorProto proto, Tensor tensor)
    {
        Describe(proto, tensor);
        if (tensor.Type == DataType.String) proto.StringData.Add(tensor.Strings.ToArray().Select(ByteString.CopyFromUtf8));
        else proto.RawData = UnsafeByteOperations.UnsafeWrap(Encode(tensor));
    }

    /// <summary>Type and shape without the elements.</summary>
    public static void Describe(TensorProto proto, Tensor tensor)
    {
        proto.DataType = (int)tensor.Type;
        foreach (var extent in tensor.Shape) proto.Dims.Add(extent);
    }

    /// <summary>The elements as a file holds them.</summary>
    public static ReadOnlyMemory<byte> Encode(Tensor tensor) =>
        tensor.Type.BitsInFile < 8 ? PackedElements.Pack(tensor.Bytes, tensor.Type.BitsInFile) : tensor.Memory;
}
