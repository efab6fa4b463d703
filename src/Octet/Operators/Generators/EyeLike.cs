using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>EyeLike</c>: a matrix of the extents of its input with ones on a diagonal (0 is the main one, positive ones lie above it) and
/// zeros elsewhere.
/// </summary>
sealed record EyeLike(DataType? Type, long Diagonal) : MovingOperator
{
    public static EyeLike From(Attributes attributes)
    {
        DataType? type = attributes.Has("dtype") ? (DataType)attributes.Int("dtype") : null;
        return type is null || Enum.IsDefined(type.Value)
            ? new(type, attributes.Int("k", fallback: 0))
            : throw AttributeException.BadValue("dtype", (long)type, "the number of an element type");
    }

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => Type ?? inputs.TypeAt(0);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        if (inputs[0].Shape.Rank != 2) throw new ShapeException($"a matrix is expected, but the shape is {inputs[0].Shape}");
        var type = Type ?? inputs[0].Type;
        return type.Size > 0 ? [new(type, inputs[0].Shape)] : throw OperatorException.UnsupportedType(type);
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var output = outputs[0];
        var (rows, columns) = (output.Shape[0], output.Shape[1]);
        output.Bytes.Clear();
        var diagonal = (int)Math.Clamp(Diagonal, -rows, columns);
        var (row, column) = (Math.Max(0, -diagonal), Math.Max(0, diagonal));
        var length = Math.Min(rows - row, columns - column);
        ElementMove.Apply(TypedScalar.Of(output.Type, 1), output, new StridedCopy([length], [0], [columns + 1], 0, row * columns + column));
    }
}
