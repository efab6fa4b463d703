using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Resize</c>: inputs since opset 11: x, roi? [2 · axes], scales? [axes], sizes? [axes]; one of scales and sizes is given.
/// </summary>
/// <remarks>Source: ONNX operator specification, Resize-10, -11, -13, -18 and -19.</remarks>
sealed record Resize : Resizing
{
    internal long[]? ResizedAxes { get; init; }

    /// <summary>How to keep the ratio of width and height where sizes are given; null where they are taken as they are.</summary>
    internal AspectRatio? KeptRatio { get; init; }

    /// <summary>Since opset 11.</summary>
    public static Resize From(Attributes attributes) => new()
    {
        Interpolation = InterpolationOf(attributes),
        Coordinates = CoordinatesOf(attributes),
        Nearest = NearestOf(attributes),
        CubicCoefficient = attributes.Float("cubic_coeff_a", fallback: -0.75f),
        ExcludesOutside = attributes.Flag("exclude_outside"),
        Antialiases = attributes.Flag("antialias"),
        Extrapolation = attributes.Float("extrapolation_value", fallback: 0),
        ResizedAxes = attributes.IntsOrNull("axes"),
        KeptRatio = KeptRatioOf(attributes),
    };

    private protected override ResampledAxis[] Axes(Shape shape, Tensor? second, Tensor? third, Tensor? fourth)
    {
        var axes = Array.ConvertAll(ResizedAxes ?? [.. Enumerable.Range(0, shape.Rank).Select(axis => (long)axis)],
            axis => shape.NormalizeAxis(axis));
        var result = Scaled(shape, [.. Enumerable.Repeat(1f, shape.Rank)]);
        var resized = (third, fourth) switch
        {
            ({ Length: > 0 } scales, null or { Length: 0 }) =>
                Scaled([.. axes.Select(axis => shape[axis])], Vector(scales, "scales", axes.Length)),
            (null or { Length: 0 }, { Length: > 0 } sizes) => Sized([.. axes.Select(axis => shape[axis])], sizes.Integers()),
            _ => throw new OperatorException("either scales or sizes must be given, and not both"),
        };
        for (var i = 0; i < axes.Length; i++) result[axes[i]] = resized[i];
        return Coordinates == CoordinateMode.TfCropAndResize ? Cropped(result, axes, second) : result;
    }

    ResampledAxis[] Sized(Shape shape, long[] sizes)
    {
        if (sizes.Length != shape.Rank) throw new ShapeException($"{sizes.Length} sizes do not match {shape.Rank} axes");
        var wanted = Shape.From(sizes);
        var scales = new float[sizes.Length];
        for (var i = 0; i < scales.Length; i++) scales[i] = wanted[i] == shape[i] ? 1 : (float)wanted[i] / shape[i];
        if (KeptRatio is null)
            return [.. scales.Select((scale, i) => new ResampledAxis(shape[i], wanted[i], scale, wanted[i], Coordinates))];

        var common = KeptRatio == AspectRatio.NotLarger ? scales.Min() : scales.Max();
        return [.. scales.Select((_, i) => Scaled(shape[i], common) with { Result = Rounded(shape[i] * common) })];
    }

    /// <summary>The part of each axis that the second input names: all starts, then all ends.</summary>
    static ResampledAxis[] Cropped(ResampledAxis[] result, int[] axes, Tensor? part)
    {
        if (part is null or { Length: 0 }) throw new OperatorException("the input 'roi' is missing, which tf_crop_and_resize needs");
        var bounds = Vector(part, "roi", 2 * axes.Length);
        for (var i = 0; i < axes.Length; i++) result[axes[i]] = result[axes[i]] with { Start = bounds[i], End = bounds[axes.Length + i] };
        return result;
    }

    static int Rounded(float extent) =>
        extent < int.MaxValue - 1 ? (int)MathF.Floor(extent + 0.5f) : throw new ShapeException($"an axis cannot have {extent} elements");

    static float[] Vector(Tensor tensor, string name, int length) =>
        tensor.Length != length
        ? throw new OperatorException($"{length} element(s) of '{name}' are expected, but there are {tensor.Length}")
        : tensor.Type switch
        {
            DataType.Float32 => tensor.Floats.ToArray(),
            DataType.Float64 => Array.ConvertAll(tensor.AsSpan<double>().ToArray(), value => (float)value),
            DataType.Float16 => Array.ConvertAll(tensor.AsSpan<Half>().ToArray(), value => (float)value),
            _ => throw OperatorException.UnsupportedType(tensor.Type),
        };

    internal static Interpolation InterpolationOf(Attributes attributes) => attributes.String("mode", fallback: "nearest") switch
    {
        "nearest" => Interpolation.Nearest,
        "linear" or "bilinear" => Interpolation.Linear,
        "cubic" => Interpolation.Cubic,
        var other => throw AttributeException.BadValue("mode", other, "nearest, linear, cubic"),
    };

    static CoordinateMode CoordinatesOf(Attributes attributes) =>
        attributes.String("coordinate_transformation_mode", fallback: "half_pixel") switch
        {
            "half_pixel" => CoordinateMode.HalfPixel,
            "half_pixel_symmetric" => CoordinateMode.HalfPixelSymmetric,
            "pytorch_half_pixel" => CoordinateMode.PyTorchHalfPixel,
            "align_corners" => CoordinateMode.AlignCorners,
            "asymmetric" => CoordinateMode.Asymmetric,
            "tf_crop_and_resize" => CoordinateMode.TfCropAndResize,
            "tf_half_pixel_for_nn" => CoordinateMode.TfHalfPixelForNearest,
            var other => throw AttributeException.BadValue(
                "coordinate_transformation_mode", other,
                "half_pixel, half_pixel_symmetric, pytorch_half_pixel, align_corners, asymmetric, tf_crop_and_resize, "
                + "tf_half_pixel_for_nn"),
        };

    static NearestMode NearestOf(Attributes attributes) => attributes.String("nearest_mode", fallback: "round_prefer_floor") switch
    {
        "round_prefer_floor" => NearestMode.RoundPreferFloor,
        "round_prefer_ceil" => NearestMode.RoundPreferCeil,
        "floor" => NearestMode.Floor,
        "ceil" => NearestMode.Ceil,
        var other => throw AttributeException.BadValue("nearest_mode", other, "round_prefer_floor, round_prefer_ceil, floor, ceil"),
    };

    static AspectRatio? KeptRatioOf(Attributes attributes) => attributes.String("keep_aspect_ratio_policy", fallback: "stretch") switch
    {
        "stretch" => null,
        "not_larger" => AspectRatio.NotLarger,
        "not_smaller" => AspectRatio.NotSmaller,
        var other => throw AttributeException.BadValue("keep_aspect_ratio_policy", other, "stretch, not_larger, not_smaller"),
    };

    /// <summary>Whether the result fits into the wanted sizes or covers them.</summary>
    internal enum AspectRatio
    {
        NotLarger,
        NotSmaller,
    }
}
