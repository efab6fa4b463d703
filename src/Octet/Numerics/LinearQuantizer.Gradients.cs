using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Octet.Tensors;

namespace Octet.Numerics;

public static partial class LinearQuantizer
{
    /// <summary>The straight-through gradient of fake quantization: what comes from above where the integer is not limited, bounds included; 0 elsewhere.</summary>
    internal static void StraightThrough(ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, Span<float> gradient, Shape shape, QuantizationParameters parameters)
    {
        var layout = ChannelLayout.Of(shape, parameters.Axis);
        for (var place = 0; place < layout.Outer * layout.Channels; place++)
        {
            var (start, channel) = (place * layout.Inner, place % layout.Channels);
            StraightThrough(
                x.Slice(start, layout.Inner), upstream.Slice(start, layout.Inner), gradient.Slice(start, layout.Inner),
                parameters.Scales[channel], parameters.ZeroPoints[channel], parameters.Spec.Low, parameters.Spec.High, parameters.Spec.Rounding);
        }
    }

    /// <summary>The same for elements with one scale.</summary>
    internal static void StraightThrough(ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, Span<float> gradient, float scale, int zeroPoint, int low, int high, Rounding rounding)
    {
        switch (rounding)
        {
            case Rounding.HalfUp: StraightThrough<HalfUp>(x, upstream, gradient, scale, low - zeroPoint, high - zeroPoint); break;
            case Rounding.HalfAwayFromZero: StraightThrough<HalfAwayFromZero>(x, upstream, gradient, scale, low - zeroPoint, high - zeroPoint); break;
            default: StraightThrough<HalfToEven>(x, upstream, gradient, scale, low - zeroPoint, high - zeroPoint); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void StraightThrough<TRounding>(ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, Span<float> gradient, float scale, int low, int high)
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
    static Vector<float> Inside<TRounding>(Vector<float> x, Vector<float> scale, Vector<float> low, Vector<float> high) where TRounding : struct, IRounding
    {
        var steps = TRounding.Round(x / scale);
        return Vector.AsVectorSingle(Vector.GreaterThanOrEqual(steps, low) & Vector.LessThanOrEqual(steps, high));
    }

    readonly struct HalfToEven : IRounding
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Round(Vector<float> steps) => Vector.Round(steps);
    }
}
