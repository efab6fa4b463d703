using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using Octet.Onnx.Schema;
using Octet.Tensors;

namespace Octet.Onnx;

/// <summary>Makes tensors from their encoded form: raw bytes, typed fields, or a file beside the model. Sizes are compared before memory is
/// taken.</summary>
/// <param name="external">The files beside the model; null where it comes from a stream.</param>
sealed class TensorReader(ExternalData? external)
{
    /// <summary>A few bytes of a file can describe a sparse tensor of any size, so their sum is bounded.</summary>
    const long MaxSparseBytes = 1 << 28;

    long _sparseBytes;
    readonly Dictionary<(ExternalRegion Region, DataType Type), Tensor> _shared = [];

    /// <exception cref="OctetException">The encoded tensor contradicts itself; the message does not name it.</exception>
    public Tensor Read(TensorProto proto)
    {
        var type = TypeOf(proto.DataType);
        var shape = ShapeOf(proto.Dims);
        if (proto.Segment is not null)
            throw new ModelException("is stored in segments, which Octet does not read; save the model anew with a current tool");
        if (proto.DataLocation == TensorProto.Types.DataLocation.External) return FromFile(proto, type, shape);
        if (type == DataType.String) return FromStrings(proto, shape);
        return proto.RawData.Length > 0 ? FromBytes(proto.RawData.Span, type, shape) : FromFields(proto, type, shape);
    }

    /// <summary>A tensor of which only the elements that are not zero are stored, as an ordinary one.</summary>
    /// <exception cref="OctetException">The encoded tensor contradicts itself; the message does not name it.</exception>
    public Tensor ReadSparse(SparseTensorProto proto)
    {
        if (proto.Values is null || proto.Indices is null) throw new ModelException("is sparse, but lacks its values or their indices");
        var (shape, values, indices) = (ShapeOf(proto.Dims), Read(proto.Values), Read(proto.Indices));
        _sparseBytes += (long)shape.Length * Math.Max(1, values.Type.Size);
        if (_sparseBytes > MaxSparseBytes)
            throw new ModelException($"is sparse, and would take the sparse tensors of this model over {MaxSparseBytes} bytes of memory");
        return SparseElements.Scatter(values, indices, shape);
    }

    public static DataType TypeOf(int number) => number is > 0 and <= (int)DataType.Int2
        ? (DataType)number
        : throw new ModelException($"has element type {number}, which Octet does not know");

    /// <summary>Bytes that elements take in a file.</summary>
    public static long EncodedLength(DataType type, long elements) => (elements * type.BitsInFile + 7) / 8;

    /// <summary>Drops what <see cref="Read"/> reads, so that only names, documentation and what Octet does not interpret are
    /// left.</summary>
    public static void ClearElements(TensorProto proto)
    {
        proto.Dims.Clear();
        proto.ClearDataType();
        proto.ClearDataLocation();
        proto.ExternalData.Clear();
        proto.ClearRawData();
        proto.FloatData.Clear();
        proto.DoubleData.Clear();
        proto.Int32Data.Clear();
        proto.Int64Data.Clear();
        proto.Uint64Data.Clear();
        proto.StringData.Clear();
    }

    static Shape ShapeOf(RepeatedField<long> dimensions) => Shape.From(dimensions.ToArray());

    static Tensor FromBytes(ReadOnlySpan<byte> encoded, DataType type, Shape shape)
    {
        var needed = EncodedLength(type, shape.Length);
        if (encoded.Length != needed)
            throw new ModelException($"has {encoded.Length} bytes of raw data, but {type.DisplayName} {shape} takes {needed}");
        var tensor = new Tensor(type, shape);
        Decode(encoded, tensor);
        return tensor;
    }

    static void Decode(ReadOnlySpan<byte> encoded, Tensor tensor)
    {
        if (tensor.Type.BitsInFile < 8)
            PackedElements.Unpack(encoded, tensor.Bytes, tensor.Type.BitsInFile, signed: tensor.Type is DataType.Int4 or DataType.Int2);
        else encoded.CopyTo(tensor.Bytes);
        if (tensor.Type == DataType.Bool) OnlyZeroAndOne(tensor.Bytes);
    }

    /// <summary>A bool in memory must be 0 or 1; a file may hold any byte.</summary>
    static void OnlyZeroAndOne(Span<byte> bools)
    {
        if (bools.IndexOfAnyExceptInRange((byte)0, (byte)1) < 0) return;
        foreach (ref var element in bools) element = Math.Min(element, (byte)1);
    }

    static Tensor FromFields(TensorProto proto, DataType type, Shape shape) => type switch
    {
        DataType.Float32 or DataType.Complex64 => Fill(proto.FloatData, "float_data", type, shape, value => value),
        DataType.Float64 or DataType.Complex128 => Fill(proto.DoubleData, "double_data", type, shape, value => value),
        DataType.Int64 => Fill(proto.Int64Data, "int64_data", type, shape, value => value),
        DataType.UInt64 => Fill(proto.Uint64Data, "uint64_data", type, shape, value => value),
        DataType.UInt32 =>
            Fill(proto.Uint64Data, "uint64_data", type, shape, value => value <= uint.MaxValue ? (uint)value : throw OutOfRange(value)),
        DataType.Int32 => Fill(proto.Int32Data, "int32_data", type, shape, value => value),
        DataType.Bool => Fill(proto.Int32Data, "int32_data", type, shape, value => value != 0),
        _ when type.BitsInFile == 16 => Fill(proto.Int32Data, "int32_data", type, shape, Low16Bits),
        _ when type.BitsInFile == 8 => Fill(proto.Int32Data, "int32_data", type, shape, Low8Bits),
        _ => FromPackedFields(proto.Int32Data, type, shape),
    };

    static Tensor Fill<TField, T>(RepeatedField<TField> field, string name, DataType type, Shape shape, Func<TField, T> convert)
        where T : unmanaged
    {
        var needed = (long)shape.Length * type.Size / Unsafe.SizeOf<T>();
        if (field.Count != needed) throw WrongCount(field.Count, name, type, shape, needed);
        var tensor = new Tensor(type, shape);
        var elements = MemoryMarshal.Cast<byte, T>(tensor.Bytes);
        for (var i = 0; i < elements.Length; i++) elements[i] = convert(field[i]);
        return tensor;
    }

    static Tensor FromPackedFields(RepeatedField<int> field, DataType type, Shape shape)
    {
        var needed = EncodedLength(type, shape.Length);
        if (field.Count != needed) throw WrongCount(field.Count, "int32_data", type, shape, needed);
        var tensor = new Tensor(type, shape);
        Decode([.. field.Select(Low8Bits)], tensor);
        return tensor;
    }

    static Tensor FromStrings(TensorProto proto, Shape shape)
    {
        if (proto.StringData.Count != shape.Length)
            throw WrongCount(proto.StringData.Count, "string_data", DataType.String, shape, shape.Length);
        return Tensor.OfStrings(shape,
            [.. proto.StringData.Select(
                bytes => StrictText.OrNull(bytes) ?? throw new ModelException("holds a string that is not UTF-8"))]);
    }

    Tensor FromFile(TensorProto proto, DataType type, Shape shape)
    {
        if (external is null)
            throw new ModelException("keeps its elements in a file beside the model, but the model does not come from a folder; read it by "
                + "its path");
        if (type == DataType.String) throw new ModelException("keeps strings in a file beside the model, which the format does not allow");

        var region = external.Locate(proto.ExternalData, EncodedLength(type, shape.Length));
        if (_shared.TryGetValue((region, type), out var known)) return known.Reshape(shape);

        var tensor = new Tensor(type, shape);
        if (type.BitsInFile < 8)
        {
            var encoded = new byte[region.Length];
            external.Read(region, encoded);
            Decode(encoded, tensor);
        }
        else
        {
            external.Read(region, tensor.Bytes);
            if (type == DataType.Bool) OnlyZeroAndOne(tensor.Bytes);
        }
        return _shared[(region, type)] = tensor;
    }

    /// <summary>Signed and unsigned types share the field, so both readings of the bits are fine.</summary>
    static ushort Low16Bits(int value) => value is >= short.MinValue and <= ushort.MaxValue ? (ushort)value : throw OutOfRange(value);

    static byte Low8Bits(int value) => value is >= sbyte.MinValue and <= byte.MaxValue ? (byte)value : throw OutOfRange(value);

    static ModelException OutOfRange<T>(T value) => new($"holds {value}, which its element type cannot represent");

    static ModelException WrongCount(int count, string field, DataType type, Shape shape, long needed) => count == 0
        ? new($"holds no elements, but {type.DisplayName} {shape} takes {needed}")
        : new($"has {count} entries in {field}, but {type.DisplayName} {shape} takes {needed}");
}
