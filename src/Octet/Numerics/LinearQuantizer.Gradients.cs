using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Octet.Tensors;

namespace Octet.Numerics;

public static partial class LinearQuantizer
{
    /// <summary>The straight-through gradient of fake quantization: what comes from above where the integer is not limited, bounds
    /// included; 0 elsewhere.</summary>
    internal static void StraightThrough(ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, Span<float> gradient, Shape shape,
        QuantizationParameters parameters)
    {
        var layout = ChannelLayout.Of(shape, parameters.Axis);
        for (var place = 0; place < layout.Outer * layout.Channels; place++)
        {
            var (start, channel) = (place * layout.Inner, place % layout.Channels);
            StraightThrough(
                x.Slice(start, layout.Inner), upstream.Slice(start, layout.Inner), gradient.Slice(start, layout.Inner),
                parameters.Scales[channel], parameters.ZeroPoints[channel], parameters.Spec.Low, parameters.Spec.High,
                parameters.Spec.Rounding);
        }
    }

    /// <summary>The same for elements with one scale.</summary>
    internal static void StraightThrough(ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, Span<float> gradient, float scale,
        int zeroPoint, int low, int high, Rounding rounding)
    {
        switch (rounding)
        {
            case Rounding.HalfUp: StraightThrough<HalfUp>(x, upstream, gradient, scale, low - zeroPoint, high - zeroPoint); break;
            case Rounding.HalfAwayFromZero:
                StraightThrough<HalfAwayFromZero>(x, upstream, gradient, scale, low - zeroPoint, high - zeroPoint); break;
            default: StraightThrough<HalfToEven>(x, upstream, gradient, scale, low - zeroPoint, high - zeroPoint); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void StraightThrough<TRounding>(ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, Span<float> gradient, float scale, int low,
        int high)
        where TRounding : struct, IRounding
    {
        var (width, lowest, highest) = (new Vector<float>(scale), new Vector<float>((float)low), new Vector<float>((float)high));
        var xs = MemoryMarshal.Cast<float, Vector<float>>(x);
        var upstreams = MemoryMarshal.Cast<float, Vector<float>>(upstream);
        var gradients = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        for (var i = 0; i < xs.Length; i++) gradients[i] = upstreams[i] & Inside<TRounding>(xs[i], width, lowest, highest);
        for (var i = xs.Length * Vector<float>.Count; i < x.Length; i++)
        {
            gradient[i] = (new Vector<float>(upstream[i]) & Inside<TRounding>(new Vector<float>(x[i]), width, lowest, highest))[0];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> Inside<TRounding>(Vector<float> x, Vector<float> scale, Vector<float> low, Vector<float> high)
    where TRounding : struct, IRounding
    {
        var steps = TRounding.Round(x / scale);
        return Vector.AsVectorSingle(Vector.GreaterThanOrEqual(steps, low) & Vector.LessThanOrEqual(steps, high));
    }

    readonly struct HalfToEven : IRounding
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Round(Vector<float> steps) => Vector.Round(steps);
    }

    /// <summary>
    /// What the gradients of scale and zero point are made of: <c>Σ upstream · h</c>, where h is <c>round(x/s) − x/s</c> inside and the
    /// distance of the limit from the zero point outside, and <c>Σ upstream</c> outside.
    /// </summary>
    internal static (double Steps, double Outside) LearnedGradient(
        ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, float scale, int zeroPoint, int low, int high, Rounding rounding) =>
        rounding switch
        {
            Rounding.HalfUp => LearnedGradient<HalfUp>(x, upstream, scale, low - zeroPoint, high - zeroPoint),
            Rounding.HalfAwayFromZero => LearnedGradient<HalfAwayFromZero>(x, upstream, scale, low - zeroPoint, high - zeroPoint),
            _ => LearnedGradient<HalfToEven>(x, upstream, scale, low - zeroPoint, high - zeroPoint),
        };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static (double Steps, double Outside) LearnedGradient<TRounding>(ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, float scale,
        int low, int high)
        where TRounding : struct, IRounding
    {
        // Lanes of eight whatever the machine has, so that sums end in the same bits; some elements at a time, so that long tensors lose
        // few digits.
        const int Lanes = 8, Block = 4096;
        var (stepTotal, outsideTotal) = (0.0, 0.0);
        Span<float> steps = stackalloc float[Lanes], outside = stackalloc float[Lanes];
        for (var start = 0; start < x.Length; start += Block)
        {
            steps.Clear();
            outside.Clear();
            for (var i = start; i < Math.Min(x.Length, start + Block); i++)
            {
                var place = x[i] / scale;
                var rounded = TRounding.Round(new Vector<float>(place))[0];
                var isInside = rounded >= low && rounded <= high;
                steps[i % Lanes] += upstream[i] * (isInside ? rounded - place : rounded < low ? low : high);
                outside[i % Lanes] += isInside ? 0 : upstream[i];
            }
            for (var lane = 0; lane < Lanes; lane++) (stepTotal, outsideTotal) = (stepTotal + steps[lane], outsideTotal + outside[lane]);
        }
        return (stepTotal, outsideTotal);
    }
}
