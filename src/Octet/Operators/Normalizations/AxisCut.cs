using Octet.Tensors;

namespace Octet.Operators;

/// <summary>A shape seen as [<paramref name="Outer"/>, <paramref name="Count"/>, <paramref name="Inner"/>], with the axis that matters in
/// the middle.</summary>
readonly record struct AxisCut(int Outer, int Count, int Inner)
{
    /// <summary>One axis in the middle.</summary>
    public static AxisCut At(Shape shape, long axis)
    {
        var middle = shape.NormalizeAxis(axis);
        return new(shape.LengthOf(0, middle), shape[middle], shape.LengthOf(middle + 1, shape.Rank));
    }

    /// <summary>
    /// All axes from <paramref name="axis"/> on in the middle, as operators before opset 13 have it. Unlike elsewhere the axis may equal
    /// the rank, which leaves one element in the middle.
    /// </summary>
    public static AxisCut From(Shape shape, long axis)
    {
        var first = axis == shape.Rank ? shape.Rank : shape.NormalizeAxis(axis);
        return new(shape.LengthOf(0, first), shape.LengthOf(first, shape.Rank), 1);
    }

    /// <summary>An output like the input, whose axis must exist.</summary>
    public static TensorInfo[] Infer(TensorInfo input, long axis)
    {
        _ = At(input.Shape, axis);
        return [new(input.Type, input.Shape)];
    }

    /// <summary>An output like the input, whose axis must exist or equal the rank.</summary>
    public static TensorInfo[] InferFlattened(TensorInfo input, long axis)
    {
        _ = From(input.Shape, axis);
        return [new(input.Type, input.Shape)];
    }
}
