using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>What <see cref="Resize"/> and <see cref="Upsample"/> share: stretching a tensor by a scale for each axis.</summary>
public abstract record Resizing : Operator
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

    public sealed override bool TakesReducedPrecision => Interpolation == Interpolation.Nearest;

    public sealed override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (type, shape) = (inputs[0].Type, inputs[0].Shape);
        if (!inputs.AreKnown(1)) return [new(type, Shape.Unknown)];

        var axes = Axes(shape, inputs.Optional(1)?.Value, inputs.Optional(2)?.Value, inputs.Optional(3)?.Value);
        var result = new Shape([.. axes.Select(axis => axis.Result)]);
        return shape.Length > 0 || result.Length == 0 ? [new(type, result)] : throw new ShapeException($"an empty tensor of shape {shape} cannot be resized to {result}");
    }

    public sealed override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (input, output) = (inputs[0], outputs[0]);
        if (output.Length == 0) return;

        var axes = Axes(input.Shape, inputs.Optional(1), inputs.Optional(2), inputs.Optional(3));
        if (Array.TrueForAll(axes, axis => axis.IsUnchanged)) input.CopyTo(output);
        else if (Interpolation == Interpolation.Nearest) TakeNearest(input, output, axes);
        else
        {
            Interpolate(input, output, axes);
            FillOutside(output, axes);
        }
    }

    /// <summary>How each axis is stretched, from the inputs after the first.</summary>
    private protected abstract ResampledAxis[] Axes(Shape shape, Tensor? second, Tensor? third, Tensor? fourth);

    /// <summary>The axes for a scale each.</summary>
    private protected ResampledAxis[] Scaled(Shape shape, ReadOnlySpan<float> scales)
    {
        if (scales.Length != shape.Rank) throw new ShapeException($"{scales.Length} scales do not match the {shape.Rank} dimensions of shape {shape}");
        var axes = new ResampledAxis[shape.Rank];
        for (var axis = 0; axis < axes.Length; axis++) axes[axis] = Scaled(shape[axis], scales[axis]);
        return axes;
    }

    /// <summary>An axis of <paramref name="length"/> elements, stretched by <paramref name="scale"/> and rounded down to whole elements.</summary>
    private protected ResampledAxis Scaled(int length, float scale)
    {
        // The product is rounded to float32, as others do: 0.7 times 10 is then 7 and not a little less.
        var scaled = length * scale;
        if (!(scale > 0) || !(scaled < int.MaxValue)) throw new ShapeException($"an axis of {length} cannot be scaled by {scale}");
        return new(length, (int)scaled, scale, scaled, Coordinates);
    }

    void TakeNearest(Tensor input, Tensor output, ResampledAxis[] axes)
    {
        if (Coordinates == CoordinateMode.TfCropAndResize) ElementMove.Apply(TypedScalar.Of(output.Type, Extrapolation), output, new Fill());
        var maps = Array.ConvertAll(axes, axis => axis.IsUnchanged ? null : axis.NearestPlaces(Nearest));
        ElementMove.Apply(input, output, new MappedCopy(input.Shape, output.Shape, maps));
    }

    void Interpolate(Tensor input, Tensor output, ResampledAxis[] axes)
    {
        float? coefficient = Interpolation == Interpolation.Cubic ? CubicCoefficient : null;
        var taps = Array.ConvertAll(axes, axis => axis.IsUnchanged ? null : AxisTaps.Of(axis, coefficient, Antialiases, ExcludesOutside));
        switch (input.Type)
        {
            case DataType.Float32:
                Resampling.Run<float>(input.Floats, input.Shape, output.Floats, output.Shape, taps);
                break;
            case DataType.Float64:
                Resampling.Run<double>(input.Span<double>(), input.Shape, output.Span<double>(), output.Shape, taps);
                break;
            case { IsInteger: false } other:
                throw OperatorException.UnsupportedType(other);
            default:
                var (reals, results) = (new Tensor(DataType.Float64, input.Shape), new Tensor(DataType.Float64, output.Shape));
                TypeConversion.Convert(input, reals);
                Interpolate(reals, results, axes);
                TypeConversion.Convert(results, output);
                break;
        }
    }

    void FillOutside(Tensor output, ResampledAxis[] axes)
    {
        var shape = output.Shape;
        for (var axis = 0; axis < axes.Length; axis++)
        {
            if (axes[axis].Outside() is not { } outside) continue;
            var (outer, inner) = (shape.LengthOf(0, axis), shape.LengthOf(axis + 1, shape.Rank));
            var filling = TypedScalar.Of(output.Type, Extrapolation);
            for (var place = 0; place < outside.Length; place++)
            {
                if (outside[place]) ElementMove.Apply(filling, output, new StridedCopy([outer, inner], [0, 0], [inner * outside.Length, 1], 0, place * inner));
            }
        }
    }
}
