using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>What <see cref="Resize"/> and <see cref="Upsample"/> share: stretching a tensor by a scale for each axis.</summary>
abstract record Resizing : Operator
{
    internal Interpolation Interpolation { get; init; }

    internal CoordinateMode Coordinates { get; init; } = CoordinateMode.Asymmetric;

    /// <summary>Which neighbour <see cref="Interpolation.Nearest"/> takes.</summary>
    internal NearestMode Nearest { get; init; } = NearestMode.FloorOrCeilIfShrinking;

    /// <summary>The slope parameter of <see cref="Interpolation.Cubic"/>.</summary>
    internal float CubicCoefficient { get; init; } = -0.75f;

    /// <summary>Whether neighbours beyond the ends are left out, rather than taken to equal the end.</summary>
    internal bool ExcludesOutside { get; init; }

    internal bool Antialiases { get; init; }

    /// <summary>What stands where <see cref="CoordinateMode.TfCropAndResize"/> reaches beyond the input.</summary>
    internal float Extrapolation { get; init; }

    public sealed override bool OnlyMovesData => Interpolation == Interpolation.Nearest;

    public sealed override bool TakesReducedPrecision => Interpolation == Interpolation.Nearest;

    public sealed override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (type, shape) = (inputs[0].Type, inputs[0].Shape);
        if (!inputs.AreKnown(1)) return [new(type, Shape.Unknown)];

        var axes = Axes(shape, inputs.Optional(1)?.Value, inputs.Optional(2)?.Value, inputs.Optional(3)?.Value);
        var result = new Shape([.. axes.Select(axis => axis.Result)]);
        return shape.Length > 0 || result.Length == 0
            ? [new(type, result)] : throw new ShapeException($"an empty tensor of shape {shape} cannot be resized to {result}");
    }

    public sealed override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (input, output) = (inputs[0], outputs[0]);
        if (output.Length == 0) return;
        new ResizePlan(this, input.Shape, Axes(input.Shape, inputs.Optional(1), inputs.Optional(2), inputs.Optional(3))).Run(input, output);
    }

    internal sealed override Operator PreparedFor(ReadOnlySpan<TensorInfo> inputs) =>
        inputs[0].Shape is { IsKnown: true, Length: > 0 } shape && inputs.AreKnown(1)
        ? new PreparedResizing(this,
            new(this, shape, Axes(shape, inputs.Optional(1)?.Value, inputs.Optional(2)?.Value, inputs.Optional(3)?.Value)))
        : this;

    /// <summary>How each axis is stretched, from the inputs after the first.</summary>
    private protected abstract ResampledAxis[] Axes(Shape shape, Tensor? second, Tensor? third, Tensor? fourth);

    /// <summary>The axes for a scale each.</summary>
    private protected ResampledAxis[] Scaled(Shape shape, ReadOnlySpan<float> scales)
    {
        if (scales.Length != shape.Rank)
            throw new ShapeException($"{scales.Length} scales do not match the {shape.Rank} dimensions of shape {shape}");
        var axes = new ResampledAxis[shape.Rank];
        for (var axis = 0; axis < axes.Length; axis++) axes[axis] = Scaled(shape[axis], scales[axis]);
        return axes;
    }

    /// <summary>An axis of <paramref name="length"/> elements, stretched by <paramref name="scale"/> and rounded down to whole
    /// elements.</summary>
    private protected ResampledAxis Scaled(int length, float scale)
    {
        // The product is rounded to float32, as others do: 0.7 times 10 is then 7 and not a little less.
        var scaled = length * scale;
        if (!(scale > 0) || !(scaled < int.MaxValue)) throw new ShapeException($"an axis of {length} cannot be scaled by {scale}");
        return new(length, (int)scaled, scale, scaled, Coordinates);
    }

    internal sealed override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected sealed override void Backward<T>(in BackwardPass pass)
    {
        if (!pass.Wants(0, out var gradient)) return;
        var axes = Axes(gradient.Shape, pass.Inputs.Optional(1), pass.Inputs.Optional(2), pass.Inputs.Optional(3));
        new ResizePlan(this, gradient.Shape, axes).RunBack<T>(pass.FirstUpstream, gradient);
    }
}
