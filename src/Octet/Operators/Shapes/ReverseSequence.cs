using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>ReverseSequence</c>: turns the first steps of each sequence around, as many as the second input [batch] says, and keeps the
/// rest. Time and batch are the two outermost axes, in either order.
/// </summary>
sealed record ReverseSequence(bool TimeFirst) : MovingOperator
{
    public static ReverseSequence From(Attributes attributes) =>
        (attributes.Int("time_axis", fallback: 0), attributes.Int("batch_axis", fallback: 1)) switch
        {
            (0, 1) => new(TimeFirst: true),
            (1, 0) => new(TimeFirst: false),
            var (time, batch) =>
                throw AttributeException.BadValue("time_axis", $"{time} and 'batch_axis' is {batch}", "0 and 1, in either order"),
        };

    public override bool OnlyMovesData => true;

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (shape, lengths) = (inputs[0].Shape, inputs[1].Shape);
        if (shape.Rank < 2 || lengths != [shape[TimeFirst ? 1 : 0]])
        {
            throw new ShapeException($"sequences of shape {shape} ({(TimeFirst ? "time, batch" : "batch, time")}, ..) do not match "
                + $"lengths of shape {lengths}");
        }
        return [new(inputs[0].Type, shape)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var shape = inputs[0].Shape;
        if (shape.Length == 0) return;

        var (time, batch, step) = TimeFirst
            ? (shape[0], shape[1], shape.LengthOf(2, shape.Rank)) : (shape[1], shape[0], shape.LengthOf(2, shape.Rank));
        var (timeStride, batchStride) = TimeFirst ? (batch * step, step) : (step, time * step);
        inputs[0].CopyTo(outputs[0]);
        foreach (var (sequence, length) in inputs[1].Integers().Index())
        {
            if (length < 0 || length > time)
                throw new OperatorException($"sequence {sequence} has length {length}, but there are {time} steps");
            if (length == 0) continue;
            var (first, last) = (sequence * batchStride, sequence * batchStride + ((int)length - 1) * timeStride);
            ElementMove.Apply(inputs[0], outputs[0], new StridedCopy([(int)length, step], [-timeStride, 1], [timeStride, 1], last, first));
        }
    }
}
