using Google.Protobuf;
using Octet.Graphs;
using Octet.Onnx.Schema;
using Octet.Tensors;

namespace Octet.Onnx;

/// <summary>Declared types and shapes of values, from and to their encoded form.</summary>
static class ValueTypes
{
    /// <summary>Moves what <paramref name="info"/> declares to <paramref name="value"/>. A value that knows its type already, such as a
    /// constant, keeps it.</summary>
    /// <remarks>Documentation of a constant belongs to its tensor, so that of its declaration stays among what is foreign.</remarks>
    /// <exception cref="OctetException">An extent does not fit.</exception>
    public static void Take(ValueInfoProto info, Value value)
    {
        if (value.Type == DataType.Undefined && value.ForeignType is null) TakeType(info.Type, value);
        if (info.Type is not null) ClearType(info);
        info.ClearName();
        if (value.Constant is null)
        {
            if (info.DocString.Length > 0) value.DocString = info.DocString;
            info.ClearDocString();
            StringPairs.Take(info.MetadataProps, value.Metadata);
        }
        if (info.CalculateSize() > 0) value.Foreign = info.ToByteArray();
    }

    public static ValueInfoProto Write(Value value)
    {
        var info = value.Foreign is { } foreign ? ValueInfoProto.Parser.ParseFrom(foreign) : new();
        info.Name = value.Name;
        if (value.Constant is null)
        {
            if (value.DocString.Length > 0) info.DocString = value.DocString;
            StringPairs.Write(value.Metadata, info.MetadataProps);
        }
        if (value.ForeignType is { } type) info.Type = TypeProto.Parser.ParseFrom(type);
        else if (value.Type != DataType.Undefined || value.Shape is not null) WriteType(info.Type ??= new(), value);
        return info;
    }

    static void TakeType(TypeProto? type, Value value)
    {
        if (type is null) return;
        if (type.TensorType is not { } tensor || tensor.ElemType is < 0 or > (int)DataType.Int2)
        {
            value.ForeignType = type.ToByteArray();
            return;
        }
        value.Type = (DataType)tensor.ElemType;
        value.Shape = tensor.Shape is { } shape ? new([.. shape.Dim.Select(TakeDimension)]) : null;
    }

    static Dimension TakeDimension(TensorShapeProto.Types.Dimension dimension, int axis) => dimension switch
    {
        { HasDimValue: true, DimValue: > int.MaxValue } => throw ShapeException.BadExtent(dimension.DimValue, axis),
        // Some tools write −1 where an extent is open.
        { HasDimValue: true, DimValue: >= 0 } => new((int)dimension.DimValue),
        { DimParam.Length: > 0 } => new(null, dimension.DimParam),
        _ => default,
    };

    /// <summary>Leaves only what has no place in a <see cref="Value"/>: the denotations of the type and of its dimensions.</summary>
    static void ClearType(ValueInfoProto info)
    {
        if (info.Type.TensorType is { } tensor)
        {
            tensor.ClearElemType();
            foreach (var dimension in tensor.Shape?.Dim ?? []) dimension.ClearValue();
            if (tensor.Shape?.Dim.All(dimension => dimension.CalculateSize() == 0) ?? true) info.Type.TensorType = null;
        }
        else
        {
            info.Type.ClearValue();
        }
        if (info.Type.CalculateSize() == 0) info.Type = null;
    }

    static void WriteType(TypeProto type, Value value)
    {
        var denoted = type.TensorType?.Shape?.Dim;
        type.TensorType = new() { ElemType = (int)value.Type };
        if (value.Shape is not { } shape) return;

        type.TensorType.Shape = new();
        foreach (var (axis, dimension) in shape.Dimensions.Index())
        {
            var written = denoted is not null && denoted.Count == shape.Rank ? denoted[axis] : new();
            if (dimension.Extent is { } extent) written.DimValue = extent;
            else if (dimension.Symbol is { } symbol) written.DimParam = symbol;
            type.TensorType.Shape.Dim.Add(written);
        }
    }
}
