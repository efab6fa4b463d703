using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>CenterCropPad</c>: brings each named axis to a wanted extent, by taking elements away at both ends or adding zeros
/// there; the end takes the odd one.</summary>
sealed record CenterCropPad(long[]? Axes) : MovingOperator
{
    public static CenterCropPad From(Attributes attributes) => new(attributes.IntsOrNull("axes"));

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var shape = inputs[0].Shape;
        if (inputs.Integers(1) is not { } wanted) return [new(inputs[0].Type, Shape.Unknown)];

        var axes = Axes is null ? [.. Enumerable.Range(0, shape.Rank)] : Array.ConvertAll(Axes, axis => shape.NormalizeAxis(axis));
        if (wanted.Length != axes.Length)
            throw new ShapeException($"{wanted.Length} extents do not match {axes.Length} axes of shape {shape}");
        var extents = Array.ConvertAll(shape.Dimensions.ToArray(), extent => (long)extent);
        for (var i = 0; i < axes.Length; i++) extents[axes[i]] = wanted[i];
        return [new(inputs[0].Type, Shape.From(extents))];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (input, result) = (inputs[0].Shape, outputs[0].Shape);
        var (from, to) = (input.GetStrides(), result.GetStrides());
        var (fromStart, toStart) = (0, 0);
        var extents = new int[input.Rank];
        for (var axis = 0; axis < extents.Length; axis++)
        {
            extents[axis] = Math.Min(input[axis], result[axis]);
            fromStart += (input[axis] - extents[axis]) / 2 * from[axis];
            toStart += (result[axis] - extents[axis]) / 2 * to[axis];
        }
        if (result.Length > 0) ElementMove.Apply(new Tensor(inputs[0].Type, Shape.Scalar), outputs[0], new Fill());
        ElementMove.Apply(inputs[0], outputs[0], new StridedCopy(extents, from, to, fromStart, toStart));
    }
}
