using Octet.Onnx.Schema;
using Octet.Tensors;

namespace Octet.Onnx;

/// <summary>Puts the elements of large tensors into a file beside the model.</summary>
/// <param name="stream">The data file.</param>
/// <param name="location">Its name, as the model refers to it.</param>
/// <param name="smallest">Tensors of fewer bytes stay in the model.</param>
sealed class ExternalDataWriter(Stream stream, string location, int smallest)
{
    /// <summary>Offsets are multiples of a memory page, so that readers may map the file.</summary>
    const int PageSize = 4096;

    readonly Dictionary<Tensor, long> _offsets = [];

    /// <summary>The encoded tensor without its elements; null if it stays in the model. A tensor that several values share is written
    /// once.</summary>
    public TensorProto? Write(Tensor tensor, string name)
    {
        if (tensor.Type == DataType.String || tensor.Bytes.Length < smallest) return null;

        var encoded = TensorWriter.Encode(tensor);
        if (!_offsets.TryGetValue(tensor, out var offset)) _offsets[tensor] = offset = Append(encoded.Span);

        var proto = new TensorProto { Name = name, DataLocation = TensorProto.Types.DataLocation.External };
        TensorWriter.Describe(proto, tensor);
        proto.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        proto.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{offset}" });
        proto.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{encoded.Length}" });
        return proto;
    }

    long Append(ReadOnlySpan<byte> encoded)
    {
        Span<byte> padding = stackalloc byte[(int)((PageSize - stream.Position % PageSize) % PageSize)];
        padding.Clear();
        stream.Write(padding);
        var offset = stream.Position;
        stream.Write(encoded);
        return offset;
    }
}
