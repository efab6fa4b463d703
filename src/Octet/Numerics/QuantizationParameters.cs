using System.Collections.Immutable;

namespace Octet.Numerics;

/// <summary>The numbers that map real values of one tensor to integers: <c>real = scale · (integer − zero point)</c>.</summary>
/// <param name="Spec">The kind of integers.</param>
/// <param name="Scales">One for the tensor, or one for each channel; each greater than zero and finite.</param>
/// <param name="ZeroPoints">As many as scales; each within the integers of <paramref name="Spec"/>.</param>
/// <param name="Axis">The axis along which channels lie, 0..rank − 1; null with a single scale.</param>
public sealed record QuantizationParameters(QuantizationSpec Spec, ImmutableArray<float> Scales, ImmutableArray<int> ZeroPoints,
    int? Axis = null)
{
    /// <summary>The scale of the tensor, or of its first channel.</summary>
    public float Scale => Scales[0];

    /// <summary>The zero point of the tensor, or of its first channel.</summary>
    public int ZeroPoint => ZeroPoints[0];

    /// <summary>The one function that turns a range into a scale and a zero point, for every way to find the range and every kind of
    /// integers.</summary>
    /// <param name="range">What is to be represented; finite. It is widened to hold zero, and on both sides alike where the scheme is
    /// symmetric.</param>
    /// <param name="spec">The integers, and the conventions by which to choose.</param>
    /// <returns>A scale that is positive, finite and normal, also for ranges of width zero; a zero point within the integers; and
    /// <see cref="QuantizationSpec.For"/> the range.</returns>
    public static QuantizationParameters From(ValueRange range, QuantizationSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec = spec.For(range);
        var (scale, zeroPoint) = Choose(range, spec);
        return new(spec, [scale], [zeroPoint]);
    }

    /// <summary>The same for each channel.</summary>
    /// <param name="ranges">One a channel.</param>
    /// <param name="spec">The integers, and the conventions by which to choose.</param>
    /// <param name="axis">The axis along which the channels lie.</param>
    public static QuantizationParameters From(ReadOnlySpan<ValueRange> ranges, QuantizationSpec spec, int axis)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var all = ValueRange.Nothing;
        foreach (var range in ranges) all = all.Union(range);
        spec = spec.For(all);
        var (scales, zeroPoints) = (new float[ranges.Length], new int[ranges.Length]);
        for (var channel = 0; channel < ranges.Length; channel++) (scales[channel], zeroPoints[channel]) = Choose(ranges[channel], spec);
        return new(spec, [.. scales], [.. zeroPoints], axis);
    }

    /// <summary>The real values that channel <paramref name="channel"/> can represent, from its least to its greatest integer.</summary>
    public ValueRange RangeOf(int channel) =>
        new((Spec.Low - ZeroPoints[channel]) * Scales[channel], (Spec.High - ZeroPoints[channel]) * Scales[channel]);

    /// <summary><c>uint8 asymmetric, scale 0.0235, zero point 12</c>; of scales per channel the least and the greatest.</summary>
    public override string ToString() => Scales.Length == 1
        ? $"{Spec}, scale {Scale:G6}, zero point {ZeroPoint}"
        : $"{Spec}, {Scales.Length} scales {Scales.Min():G6} to {Scales.Max():G6}, axis {Axis}";

    static (float Scale, int ZeroPoint) Choose(ValueRange range, QuantizationSpec spec)
    {
        if (!range.IsFinite) throw new ArgumentOutOfRangeException(nameof(range), $"{range} is not finite");
        range = range.WithZero();
        if (spec.Symmetric) range = ValueRange.Symmetric(range.Magnitude);
        return spec.Rule switch
        {
            ScaleRule.PyTorch => ByPyTorch(range, spec),
            ScaleRule.TexasInstruments => ByTexasInstruments(range, spec),
            _ => ByOnnxRuntime(range, spec),
        };
    }

    /// <remarks>Source: edgeai-modeloptimization 6f4732f4, torchmodelopt, xnn/layers/activation.py and quant_train_module.py.</remarks>
    static (float Scale, int ZeroPoint) ByTexasInstruments(ValueRange range, QuantizationSpec spec)
    {
        const float smallestMagnitude = 1f / (1 << 16);
        var extent = Math.Max(spec.Symmetric ? range.Magnitude : Width(range), smallestMagnitude);
        if (spec.PowerOfTwo) extent = PowerOfTwoFrom(extent);
        var scale = (float)(extent / (spec.Symmetric ? (spec.Steps + 2) / 2 : spec.Steps + 1));
        return (scale, spec.Symmetric ? Middle(spec) : Within(spec, spec.Low - range.Low / scale));
    }

    /// <summary>The least power of two that is not less; at most 2¹²⁷, the greatest that float32 holds.</summary>
    static double PowerOfTwoFrom(double value)
    {
        var exponent = Math.ILogB(value);
        return Math.ScaleB(1, Math.Min(127, Math.ScaleB(1, exponent) < value ? exponent + 1 : exponent));
    }


    /// <remarks>Source: onnxruntime/python/tools/quantization/quant_utils.py, compute_scale_zp (1.19).</remarks>
    static (float Scale, int ZeroPoint) ByOnnxRuntime(ValueRange range, QuantizationSpec spec)
    {
        const double smallestNormal = 1.17549435082228751e-38;
        var scale = Width(range) / spec.Steps;
        if (scale < smallestNormal) return (1, 0);
        if (spec.PowerOfTwo) scale = PowerOfTwoFrom((float)scale);
        return ((float)scale, spec.Symmetric ? Middle(spec) : Within(spec, spec.Low - range.Low / scale));
    }

    /// <remarks>Source: torch/ao/quantization/observer.py, _calculate_qparams (1.13).</remarks>
    static (float Scale, int ZeroPoint) ByPyTorch(ValueRange range, QuantizationSpec spec)
    {
        const float smallest = 1f / (1 << 23);
        var scale = Math.Max((float)(Width(range) / spec.Steps), smallest);
        if (spec.PowerOfTwo) scale = (float)PowerOfTwoFrom(scale);
        return (scale, spec.Symmetric
            ? Middle(spec) : Within(spec, spec.Low - Math.Round((double)(range.Low / scale), MidpointRounding.ToEven)));
    }

    /// <summary>The width as float32, which both tools compute with; in double where float32 would overflow.</summary>
    static double Width(ValueRange range) =>
        range.High - range.Low is var width && float.IsFinite(width) ? width : (double)range.High - range.Low;

    static int Middle(QuantizationSpec spec) => spec.Signed ? 0 : (spec.High + 1) / 2;

    static int Within(QuantizationSpec spec, double zeroPoint) =>
        (int)Math.Clamp(Math.Round(zeroPoint, MidpointRounding.ToEven), spec.Low, spec.High);
}
