using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Softmax</c> as it was in opsets 1 to 12: all dimensions from <c>axis</c> on count as one, along which the results sum up to 1.
/// float32 and float64.
/// </summary>
public sealed record FlattenedSoftmax(long Axis) : Operator
{
    public static FlattenedSoftmax From(Attributes attributes) => new(attributes.Int("axis", orElse: 1));

    public override string OpType => "Softmax";

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        _ = FlattenedAxis.Of(inputs[0].Shape, Axis);
        return [new(inputs[0].Type, inputs[0].Shape)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        SoftmaxAxis.Run(inputs[0], outputs[0], FlattenedAxis.LengthFrom(inputs[0].Shape, Axis), inner: 1, logarithm: false);
}

/// <summary>ONNX <c>LogSoftmax</c> as it was in opsets 1 to 12: the logarithm of <see cref="FlattenedSoftmax"/>.</summary>
public sealed record FlattenedLogSoftmax(long Axis) : Operator
{
    public static FlattenedLogSoftmax From(Attributes attributes) => new(attributes.Int("axis", orElse: 1));

    public override string OpType => "LogSoftmax";

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        _ = FlattenedAxis.Of(inputs[0].Shape, Axis);
        return [new(inputs[0].Type, inputs[0].Shape)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        SoftmaxAxis.Run(inputs[0], outputs[0], FlattenedAxis.LengthFrom(inputs[0].Shape, Axis), inner: 1, logarithm: true);
}

/// <summary>The axis at which old operators cut a shape in two.</summary>
static class FlattenedAxis
{
    /// <summary>Unlike elsewhere the axis may equal the rank, which leaves one element behind the cut.</summary>
    public static int Of(Shape shape, long axis) => axis == shape.Rank ? shape.Rank : shape.Axis(axis);

    /// <summary>Elements behind the cut.</summary>
    public static int LengthFrom(Shape shape, long axis) => shape.LengthOf(Of(shape, axis), shape.Rank);
}
