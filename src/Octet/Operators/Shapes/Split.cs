using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Split</c>: cuts its input along <see cref="Axis"/> into parts of the extents of <see cref="Parts"/> (a second input since opset
/// 13), or else into equal ones.
/// </summary>
/// <param name="Axis">The axis to cut along.</param>
/// <param name="Parts">Extents of the parts along the axis; null where they are an input or left out.</param>
/// <param name="Count">The number of parts.</param>
/// <param name="Uneven">Whether the last part may be smaller than the others (since opset 18, where num_outputs is given).</param>
sealed record Split(long Axis, long[]? Parts, int Count, bool Uneven) : MovingOperator
{
    public static Split From(Attributes attributes) =>
        new(attributes.Int("axis", fallback: 0), attributes.IntsOrNull("split"), attributes.OutputCount, Uneven: false);

    public override bool OnlyMovesData => true;

    public static Split FromCount(Attributes attributes)
    {
        var count = attributes.Int("num_outputs", fallback: attributes.OutputCount);
        return count == attributes.OutputCount
            ? new(attributes.Int("axis", fallback: 0), null, (int)count, Uneven: true)
            : throw AttributeException.BadValue("num_outputs", count, $"{attributes.OutputCount}, the number of outputs of the node");
    }

    public override int MaxOutputs => int.MaxValue;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (type, shape) = (inputs[0].Type, inputs[0].Shape);
        var axis = shape.NormalizeAxis(Axis);
        if (!inputs.AreKnown(1)) return [.. Enumerable.Repeat(new TensorInfo(type, Shape.Unknown), Count)];

        var parts = Parts ?? inputs.Integers(1) ?? EqualParts(shape[axis]);
        if (parts.Length != Count || parts.Any(part => part < 0 || part > shape[axis]) || parts.Sum() != shape[axis])
        {
            throw new ShapeException($"the extent {shape[axis]} of axis {axis} cannot be split into [{string.Join(", ", parts)}] "
                + $"for {Count} output(s): extents must add up");
        }
        return Array.ConvertAll(parts, part => new TensorInfo(type, shape.With(axis, (int)part)));
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var whole = inputs[0].Shape;
        if (whole.Length == 0) return;

        var axis = whole.NormalizeAxis(Axis);
        var parts = Parts ?? inputs.Integers(1) ?? EqualParts(whole[axis]);
        var (rows, rowLength, inner) = (whole.LengthOf(0, axis), whole.LengthOf(axis, whole.Rank), whole.LengthOf(axis + 1, whole.Rank));
        var start = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            var part = (int)parts[i] * inner;
            if (outputs.Optional(i) is { } output)
            {
                ElementMove.Apply(inputs[0], output, new StridedCopy([rows, part], [rowLength, 1], [part, 1], sourceStart: start));
            }
            start += part;
        }
    }

    long[] EqualParts(int extent)
    {
        if (!Uneven && extent % Count != 0) throw new ShapeException($"the extent {extent} cannot be split into {Count} equal parts");
        var part = (extent + (long)Count - 1) / Count;
        return [.. Enumerable.Range(0, Count).Select(i => Math.Clamp(extent - i * part, 0, part))];
    }

    internal override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (!pass.Wants(0, out var gradient) || gradient.Length == 0) return;
        var whole = gradient.Shape;
        var axis = whole.NormalizeAxis(Axis);
        var parts = Parts ?? pass.Inputs.Integers(1) ?? EqualParts(whole[axis]);
        var (rows, rowLength, inner) = (whole.LengthOf(0, axis), whole.LengthOf(axis, whole.Rank), whole.LengthOf(axis + 1, whole.Rank));
        gradient.AsSpan<T>().Clear();
        for (int i = 0, start = 0; i < parts.Length; i++)
        {
            var part = (int)parts[i] * inner;
            if (pass.Upstream.Optional(i) is { } upstream)
                ElementMove.Apply(upstream, gradient, new StridedCopy([rows, part], [part, 1], [rowLength, 1], destinationStart: start));
            start += part;
        }
    }
}
