using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Slice</c>: keeps the elements start, start + step, … before end along some axes, as numpy does: negative starts and ends count
/// from the end of the axis, both are moved into its bounds, and a negative step walks backwards.
/// </summary>
/// <remarks>Inputs since opset 10: data, starts, ends, axes?, steps?; before, all but the data are attributes and there are no
/// steps.</remarks>
sealed record Slice(long[]? Starts, long[]? Ends, long[]? Axes) : MovingOperator
{
    public static Slice From(Attributes attributes) => new(null, null, null);

    public override bool OnlyMovesData => true;

    public static Slice FromBoundsAttributes(Attributes attributes) =>
        new(attributes.Ints("starts"), attributes.Ints("ends"), attributes.IntsOrNull("axes"));

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        if (!inputs.AreKnown(1)) return [new(inputs[0].Type, Shape.Unknown)];
        var cuts = Cuts(inputs[0].Shape, inputs.Integers(1), inputs.Integers(2), inputs.Integers(3), inputs.Integers(4));
        return [new(inputs[0].Type, [.. cuts.Select(cut => cut.Extent)])];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        MoveOf(inputs[0].Shape, Cuts(inputs[0].Shape, inputs.Integers(1), inputs.Integers(2), inputs.Integers(3), inputs.Integers(4)))
        .Run(inputs, outputs);

    internal override Operator PreparedFor(ReadOnlySpan<TensorInfo> inputs) => inputs[0].Shape.IsKnown && inputs.AreKnown(1)
        ? MoveOf(inputs[0].Shape, Cuts(inputs[0].Shape, inputs.Integers(1), inputs.Integers(2), inputs.Integers(3), inputs.Integers(4)))
        : this;

    PreparedMove MoveOf(Shape shape, Cut[] cuts)
    {
        var strides = shape.GetStrides();
        var start = 0;
        for (var axis = 0; axis < cuts.Length; axis++)
        {
            start += cuts[axis].Start * strides[axis];
            strides[axis] *= cuts[axis].Step;
        }
        return new(this, new(Array.ConvertAll(cuts, cut => cut.Extent)), strides, start);
    }

    Cut[] Cuts(Shape shape, long[]? starts, long[]? ends, long[]? axes, long[]? steps)
    {
        (starts, ends, axes) = (Starts ?? starts, Ends ?? ends, Axes ?? axes);
        if (starts is null || ends is null) throw new OperatorException("starts and ends are missing");
        if (ends.Length != starts.Length || (axes ?? starts).Length != starts.Length || (steps ?? starts).Length != starts.Length)
        {
            throw new OperatorException($"{starts.Length} starts, {ends.Length} ends, {axes?.Length ?? starts.Length} axes "
                + $"and {steps?.Length ?? starts.Length} steps do not match");
        }

        var cuts = Array.ConvertAll(shape.Dimensions.ToArray(), extent => new Cut(0, 1, extent));
        var seen = new HashSet<int>();
        for (var i = 0; i < starts.Length; i++)
        {
            var axis = shape.NormalizeAxis(axes?[i] ?? i);
            if (!seen.Add(axis)) throw new OperatorException($"axis {axis} is sliced twice");
            cuts[axis] = Cut.Of(shape[axis], starts[i], ends[i], steps?[i] ?? 1);
        }
        return cuts;
    }

    /// <summary>What is kept of one axis: <c>Start + i · Step</c> for i in 0..Extent − 1.</summary>
    readonly record struct Cut(int Start, int Step, int Extent)
    {
        public static Cut Of(int length, long start, long end, long step)
        {
            if (step == 0) throw new OperatorException("a step of 0 is not allowed");

            // A longer step than the axis reaches one element at most, as this one does, and cannot overflow.
            step = Math.Clamp(step, -length - 1L, length + 1L);
            var (min, greatest) = step > 0 ? (0, length) : (-1, length - 1);
            start = Math.Clamp(start < 0 ? start + length : start, Math.Max(min, 0), Math.Max(greatest, 0));
            end = Math.Clamp(end < 0 ? end + length : end, min, Math.Max(min, greatest));
            var extent = Math.Max(0, step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step);
            return new((int)start, (int)step, length == 0 ? 0 : (int)extent);
        }
    }

    internal override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient))
            MoveOf(pass.InputShape(0),
                Cuts(pass.InputShape(0), pass.Inputs.Integers(1), pass.Inputs.Integers(2), pass.Inputs.Integers(3),
                    pass.Inputs.Integers(4))).RunBack(pass.FirstUpstream, gradient);
    }
}
