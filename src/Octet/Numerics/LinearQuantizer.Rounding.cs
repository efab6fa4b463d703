using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Octet.Numerics;

public static partial class LinearQuantizer
{
    /// <summary>Rounds each value to the nearest integer step and back, with a choice of what happens half way between two steps.</summary>
    /// <param name="x">Real values of one tensor or of one channel; any shape, flattened.</param>
    /// <param name="y">Receives the rounded values; may be the same memory.</param>
    /// <param name="scale">Width of one integer step, in the unit of <paramref name="x"/>; greater than zero.</param>
    /// <param name="zeroPoint">The integer that represents real zero; in steps.</param>
    /// <param name="low">Least integer, in steps; of at most 16 bits.</param>
    /// <param name="high">Greatest integer, in steps.</param>
    /// <param name="rounding">What becomes of values half way between two steps.</param>
    /// <remarks>
    /// Where scale and values are multiples of powers of two, as in fixed-point devices, x / scale is exact, and
    /// <see cref="Rounding.HalfUp"/> is what
    /// <c>(sum + (1 &lt;&lt; (shift − 1))) &gt;&gt; shift</c> gives. For other scales the two roundings that ONNX does not know multiply by
    /// 1 / scale, as TI's code does.
    /// </remarks>
    public static void FakeQuantize(ReadOnlySpan<float> x, Span<float> y, float scale, int zeroPoint, int low, int high, Rounding rounding)
    {
        switch (rounding)
        {
            case Rounding.HalfUp: FakeQuantize<HalfUp>(x, y, scale, zeroPoint, low, high); break;
            case Rounding.HalfAwayFromZero: FakeQuantize<HalfAwayFromZero>(x, y, scale, zeroPoint, low, high); break;
            default: FakeQuantize(x, y, scale, zeroPoint, low, high); break;
        }
    }

    /// <summary>The definition of the rounding of a value that is already in steps.</summary>
    internal static float Round(float steps, Rounding rounding) => rounding switch
    {
        Rounding.HalfUp => HalfUp.Round(new Vector<float>(steps))[0],
        Rounding.HalfAwayFromZero => MathF.Round(steps, MidpointRounding.AwayFromZero),
        _ => MathF.Round(steps, MidpointRounding.ToEven),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void FakeQuantize<TRounding>(ReadOnlySpan<float> x, Span<float> y, float scale, int zeroPoint, int low, int high)
        where TRounding : struct, IRounding
    {
        y = y[..x.Length];
        var xs = MemoryMarshal.Cast<float, Vector<float>>(x);
        var ys = MemoryMarshal.Cast<float, Vector<float>>(y);
        var (lowest, highest) = (new Vector<float>((float)(low - zeroPoint)), new Vector<float>((float)(high - zeroPoint)));
        var (width, stepsPerUnit) = (new Vector<float>(scale), new Vector<float>(1 / scale));
        for (var i = 0; i < xs.Length; i++) ys[i] = Steps<TRounding>(xs[i] * stepsPerUnit, lowest, highest) * width;
        for (var i = xs.Length * Vector<float>.Count; i < x.Length; i++)
            y[i] = Steps<TRounding>(new Vector<float>(x[i]) * stepsPerUnit, lowest, highest)[0] * scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> Steps<TRounding>(Vector<float> steps, Vector<float> lowest, Vector<float> highest)
    where TRounding : struct, IRounding
    {
        var rounded = TRounding.Round(steps);
        // NaN and −0 become +0: neither is greater than zero, whatever its sign.
        rounded &= Vector.AsVectorSingle(Vector.GreaterThan(Vector.Abs(rounded), Vector<float>.Zero));
        return Vector.ClampNative(rounded, lowest, highest);
    }

    interface IRounding
    {
        static abstract Vector<float> Round(Vector<float> steps);
    }

    /// <summary>The fraction above the floor is exact, which the sum x + 0.5 is not.</summary>
    readonly struct HalfUp : IRounding
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Round(Vector<float> steps)
        {
            var floor = Vector.Floor(steps);
            var isUp = Vector.GreaterThanOrEqual(steps - floor, new Vector<float>(0.5f));
            return floor + (Vector<float>.One & Vector.AsVectorSingle(isUp));
        }
    }

    readonly struct HalfAwayFromZero : IRounding
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Round(Vector<float> steps)
        {
            var magnitude = HalfUp.Round(Vector.Abs(steps));
            return Vector.ConditionalSelect(Vector.LessThan(steps, Vector<float>.Zero), -magnitude, magnitude);
        }
    }
}
