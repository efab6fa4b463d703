using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Shape</c>: the extents of its input as int64 [rank], from <see cref="Start"/> to <see cref="End"/> (exclusive) since opset 15;
/// negative ones count from the end, and both are moved into bounds. Known before the model runs.
/// </summary>
sealed record ShapeOf(long Start, long? End) : MovingOperator
{
    public static ShapeOf From(Attributes attributes) =>
        new(attributes.Int("start", fallback: 0), attributes.Has("end") ? attributes.Int("end") : null);

    public override string OpType => "Shape";

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => DataType.Int64;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [TensorInfo.Of(Extents(inputs[0].Shape))];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Extents(inputs[0].Shape).CopyTo(outputs[0]);

    Tensor Extents(Shape shape)
    {
        var (start, end) = (Bound(Start), Bound(End ?? shape.Rank));
        return Tensor.Vector(Array.ConvertAll(shape.Dimensions[start..Math.Max(start, end)].ToArray(), extent => (long)extent));

        int Bound(long axis) => (int)Math.Clamp(axis < 0 ? axis + shape.Rank : axis, 0, shape.Rank);
    }
}
