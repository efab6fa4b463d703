using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>What stands in the places that <see cref="Pad"/> adds.</summary>
enum PadMode
{
    /// <summary>One value everywhere.</summary>
    Constant,

    /// <summary>The elements mirrored at the first and the last one, which are not repeated.</summary>
    Reflect,

    /// <summary>The nearest element.</summary>
    Edge,

    /// <summary>The elements over again, as if the axis were a ring (since opset 19).</summary>
    Wrap,
}

/// <summary>
/// ONNX <c>Pad</c>: adds places before and after the elements of some axes, or takes elements away where the number is negative.
/// </summary>
/// <remarks>Inputs since opset 11: data, pads [2 · axes] (all befores, then all afters), constant_value?, axes? (since 18); before, pads
/// and value are attributes.</remarks>
sealed record Pad(PadMode Mode, long[]? Pads, float Value) : MovingOperator
{
    public static Pad From(Attributes attributes) => new(ModeOf(attributes), null, 0);

    public static Pad FromPadsAttribute(Attributes attributes) =>
        new(ModeOf(attributes), attributes.Ints("pads"), attributes.Float("value", fallback: 0));

    /// <summary>In opset 1 the attribute had another name.</summary>
    public static Pad FromPaddingsAttribute(Attributes attributes) =>
        new(ModeOf(attributes), attributes.Ints("paddings"), attributes.Float("value", fallback: 0));

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (type, shape) = (inputs[0].Type, inputs[0].Shape);
        if (inputs.Optional(2) is { } value && value.Type != type)
            throw new OperatorException($"the constant is {value}, but the data is {inputs[0]}");
        if (inputs.Optional(2) is { Shape: { IsKnown: true, Length: not 1 } } constant)
            throw new OperatorException($"the constant is one element, but it is {constant}");
        if (!inputs.IsKnown(1) || !inputs.IsKnown(3)) return [new(type, Shape.Unknown)];

        var margins = Margins(shape, Pads ?? inputs.Integers(1), inputs.Integers(3));
        var result = Shape.From([.. margins.Select((margin, axis) => shape[axis] + margin.Before + margin.After)]);
        for (var axis = 0; axis < result.Rank && Mode != PadMode.Constant; axis++)
        {
            if (shape[axis] == 0 && result[axis] > 0)
                throw new ShapeException($"axis {axis} has no elements to fill {result[axis]} places from");
        }
        return [new(type, result)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (data, output) = (inputs[0], outputs[0]);
        if (output.Length == 0) return;

        var margins = Margins(data.Shape, Pads ?? inputs.Integers(1), inputs.Integers(3));
        if (Mode == PadMode.Constant)
        {
            ElementMove.Apply(inputs.Optional(2) ?? TypedScalar.Of(data.Type, Value), output, new Fill());
            CopyInside(data, output, margins);
        }
        else ElementMove.Apply(data, output,
            new MappedCopy(data.Shape, output.Shape,
                [.. margins.Select((margin, axis) => MapOf(margin, data.Shape[axis], output.Shape[axis]))]));
    }

    /// <summary>Copies what remains of the data to its place in the output.</summary>
    static void CopyInside(Tensor data, Tensor output, (long Before, long After)[] margins)
    {
        var extents = new int[margins.Length];
        var (from, to) = (data.Shape.GetStrides(), output.Shape.GetStrides());
        var (fromStart, toStart) = (0, 0);
        for (var axis = 0; axis < extents.Length; axis++)
        {
            // Both margins may be negative, or one larger than the axis: what is seen of the data is then empty.
            var before = margins[axis].Before;
            var (start, end) = (Math.Max(0, before), Math.Min(output.Shape[axis], before + data.Shape[axis]));
            if (end <= start) return;
            extents[axis] = (int)(end - start);
            fromStart += (int)(start - before) * from[axis];
            toStart += (int)start * to[axis];
        }
        ElementMove.Apply(data, output, new StridedCopy(extents, from, to, fromStart, toStart));
    }

    int[]? MapOf((long Before, long After) margin, int extent, int result)
    {
        if (margin is (0, 0)) return null;
        var map = new int[result];
        for (var i = 0; i < result; i++) map[i] = (int)Place(i - margin.Before, extent);
        return map;
    }

    /// <summary>The element that stands at a place outside the axis.</summary>
    long Place(long place, int extent)
    {
        if (Mode == PadMode.Edge || extent == 1) return Math.Clamp(place, 0, extent - 1);

        long period = Mode == PadMode.Wrap ? extent : 2L * (extent - 1);
        place = (place % period + period) % period;
        return Math.Min(place, Mode == PadMode.Wrap ? place : period - place);
    }

    static (long Before, long After)[] Margins(Shape shape, long[]? pads, long[]? axes)
    {
        axes ??= [.. Enumerable.Range(0, shape.Rank).Select(axis => (long)axis)];
        if (pads is null || pads.Length != 2 * axes.Length)
        {
            throw new OperatorException($"{2 * axes.Length} pads are expected, a before and an after for each of {axes.Length} axes, but "
                + $"there are {pads?.Length ?? 0}");
        }

        var margins = new (long Before, long After)[shape.Rank];
        for (var i = 0; i < axes.Length; i++)
        {
            var (before, after) = (pads[i], pads[axes.Length + i]);
            if (before is < int.MinValue or > int.MaxValue) throw ShapeException.BadExtent(before, i);
            if (after is < int.MinValue or > int.MaxValue) throw ShapeException.BadExtent(after, i);
            margins[shape.NormalizeAxis(axes[i])] = (before, after);
        }
        return margins;
    }

    static PadMode ModeOf(Attributes attributes) => attributes.String("mode", fallback: "constant") switch
    {
        "constant" => PadMode.Constant,
        "reflect" => PadMode.Reflect,
        "edge" => PadMode.Edge,
        "wrap" => PadMode.Wrap,
        var other => throw AttributeException.BadValue("mode", other, "constant, reflect, edge, wrap"),
    };

    internal override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass)
    {
        // The padding comes from nowhere: it is filled with zeros when places are counted.
        Tensor?[] others = [.. pass.Inputs[1..]];
        if (others.Length > 1) others[1] = null;
        (this with { Value = 0 }).BackwardByPlaces<T>(
            new([TensorInfo.Of(pass.Gradients[0] ?? pass.FirstUpstream)], [null!, .. others!], [], pass.Upstream, pass.Gradients));
    }
}
