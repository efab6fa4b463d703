using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>How one shape is resized to another: which elements each of the result takes, found once for all runs.</summary>
sealed class ResizePlan
{
    readonly Resizing _origin;
    readonly ResampledAxis[] _axes;
    readonly MappedCopy _nearest;
    readonly AxisTaps?[] _taps = [];
    readonly bool _isCopy;

    /// <param name="origin">How to interpolate.</param>
    /// <param name="from">The shape of the input; not empty.</param>
    /// <param name="axes">How each axis is stretched.</param>
    public ResizePlan(Resizing origin, Shape from, ResampledAxis[] axes)
    {
        (_origin, _axes) = (origin, axes);
        _isCopy = Array.TrueForAll(axes, axis => axis.IsUnchanged);
        var to = new Shape(Array.ConvertAll(axes, axis => axis.Result));
        if (_isCopy || to.Length == 0) return;

        if (origin.Interpolation == Interpolation.Nearest)
        {
            _nearest = new(from, to, Array.ConvertAll(axes, axis => axis.IsUnchanged ? null : axis.NearestPlaces(origin.Nearest)));
        }
        else
        {
            float? coefficient = origin.Interpolation == Interpolation.Cubic ? origin.CubicCoefficient : null;
            _taps = Array.ConvertAll(axes,
                axis => axis.IsUnchanged ? null : AxisTaps.Of(axis, coefficient, origin.Antialiases, origin.ExcludesOutside));
        }
    }

    public void Run(Tensor input, Tensor output)
    {
        if (output.Length == 0) return;
        if (_isCopy) input.CopyTo(output);
        else if (_origin.Interpolation == Interpolation.Nearest)
        {
            if (_origin.Coordinates == CoordinateMode.TfCropAndResize)
                ElementMove.Apply(TypedScalar.Of(output.Type, _origin.Extrapolation), output, new Fill());
            ElementMove.Apply(input, output, _nearest);
        }
        else
        {
            Interpolate(input, output);
            FillOutside(output);
        }
    }

    /// <summary>The gradient of the input: each result gives back to the elements that it was made of, by their weights.</summary>
    public void RunBack<T>(Tensor upstream, Tensor gradient) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (_isCopy)
        {
            upstream.CopyTo(gradient);
            return;
        }
        var (terms, shape) = (upstream.AsSpan<T>().ToArray(), upstream.Shape);
        for (var axis = 0; axis < _axes.Length; axis++)
        {
            var taps = _taps.Length > 0 ? _taps[axis]
                : _axes[axis].IsUnchanged ? null
                : new(Width: 1, _axes[axis].NearestPlaces(_origin.Nearest), [.. Enumerable.Repeat(1f, _axes[axis].Result)]);
            if (taps is null) continue;
            var source = shape.With(axis, gradient.Shape[axis]);
            var sums = new T[source.Length];
            Resampling.AddBack<T>(terms, sums, source[axis], shape[axis], shape.LengthOf(axis + 1, shape.Rank), taps);
            (terms, shape) = (sums, source);
        }
        terms.CopyTo(gradient.AsSpan<T>());
    }

    void Interpolate(Tensor input, Tensor output)
    {
        switch (input.Type)
        {
            case DataType.Float32:
                Resampling.Run<float>(input.Floats, input.Shape, output.Floats, output.Shape, _taps);
                break;
            case DataType.Float64:
                Resampling.Run<double>(input.AsSpan<double>(), input.Shape, output.AsSpan<double>(), output.Shape, _taps);
                break;
            case { IsInteger: false } other:
                throw OperatorException.UnsupportedType(other);
            default:
                var (reals, results) = (new Tensor(DataType.Float64, input.Shape), new Tensor(DataType.Float64, output.Shape));
                TypeConversion.Convert(input, reals);
                Interpolate(reals, results);
                TypeConversion.Convert(results, output);
                break;
        }
    }

    void FillOutside(Tensor output)
    {
        var shape = output.Shape;
        for (var axis = 0; axis < _axes.Length; axis++)
        {
            if (_axes[axis].Outside() is not { } outside) continue;
            var (outer, inner) = (shape.LengthOf(0, axis), shape.LengthOf(axis + 1, shape.Rank));
            var filling = TypedScalar.Of(output.Type, _origin.Extrapolation);
            for (var place = 0; place < outside.Length; place++)
            {
                if (outside[place])
                    ElementMove.Apply(filling, output,
                        new StridedCopy([outer, inner], [0, 0], [inner * outside.Length, 1], 0, place * inner));
            }
        }
    }
}

/// <summary><see cref="Resizing"/> of a known shape, by a plan.</summary>
sealed record PreparedResizing(Resizing Origin, ResizePlan Plan) : Operator
{
    public override string OpType => Origin.OpType;

    public override bool TakesReducedPrecision => Origin.TakesReducedPrecision;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => Origin.Infer(inputs);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Plan.Run(inputs[0], outputs[0]);
}
