using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Octet.Numerics;

/// <summary>All arithmetic between real values and integer steps; nothing outside this class rounds or saturates.</summary>
/// <remarks>
/// Every method rounds half to even where it is not told otherwise, divides by the scale as ONNX does (multiplying by 1 / scale would round
/// some ties the other way), and saturates: infinities and huge values become the least or greatest integer. Where ONNX leaves NaN open, it
/// becomes the zero point, that is real zero. No method fails on a scale that is zero, negative or not finite; such scales are refused
/// where they are read or computed. Source: ONNX operator specification, QuantizeLinear and DequantizeLinear; Jacob et al. 2018,
/// arXiv:1712.05877, equation 1.
/// </remarks>
public static partial class LinearQuantizer
{
    /// <summary>The definition, for one value: <c>clamp(roundHalfToEven(x / scale) + zeroPoint, low, high)</c>.</summary>
    /// <param name="x">A real value, in the unit of the tensor.</param>
    /// <param name="scale">Width of one integer step, in the unit of <paramref name="x"/>; greater than zero.</param>
    /// <param name="zeroPoint">The integer that represents real zero; in steps, within
    /// <paramref name="low"/>..<paramref name="high"/>.</param>
    /// <param name="low">Least integer of the type, in steps: −128 for int8, 0 for uint8.</param>
    /// <param name="high">Greatest integer of the type, in steps: 127 for int8, 255 for uint8.</param>
    public static int Quantize(float x, float scale, int zeroPoint, int low, int high) => Saturate(x / scale, zeroPoint, low, high);

    /// <summary>Rounds each value to an integer; equal to ONNX <c>QuantizeLinear</c>.</summary>
    /// <param name="x">Real values of one tensor or of one channel; any shape, flattened.</param>
    /// <param name="integers">Receives as many integers, of 8, 16 or 32 bits.</param>
    /// <param name="scale">Width of one integer step, in the unit of <paramref name="x"/>; greater than zero.</param>
    /// <param name="zeroPoint">The integer that represents real zero; in steps, within
    /// <paramref name="low"/>..<paramref name="high"/>.</param>
    /// <param name="low">Least integer, in steps.</param>
    /// <param name="high">Greatest integer, in steps.</param>
    public static void Quantize<T>(ReadOnlySpan<float> x, Span<T> integers, float scale, int zeroPoint, int low, int high)
        where T : unmanaged, IBinaryInteger<T>
    {
        integers = integers[..x.Length];
        var done = Unsafe.SizeOf<T>() switch
        {
            1 => QuantizeVectors(x, MemoryMarshal.Cast<T, sbyte>(integers), scale, zeroPoint, low, high),
            2 => QuantizeVectors(x, MemoryMarshal.Cast<T, short>(integers), scale, zeroPoint, low, high),
            _ => 0,
        };
        QuantizeReference(x[done..], integers[done..], scale, zeroPoint, low, high);
    }

    internal static void QuantizeReference<T>(ReadOnlySpan<float> x, Span<T> integers, float scale, int zeroPoint, int low, int high)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < x.Length; i++) integers[i] = T.CreateTruncating(Quantize(x[i], scale, zeroPoint, low, high));
    }

    /// <summary>Turns integers into the real values they represent, <c>(integer − zeroPoint) · scale</c>; equal to ONNX
    /// <c>DequantizeLinear</c>.</summary>
    /// <param name="integers">Integers of one tensor or of one channel.</param>
    /// <param name="y">Receives as many real values.</param>
    /// <param name="scale">Width of one integer step, in the unit of <paramref name="y"/>.</param>
    /// <param name="zeroPoint">The integer that represents real zero.</param>
    public static void Dequantize<T>(ReadOnlySpan<T> integers, Span<float> y, float scale, int zeroPoint)
        where T : unmanaged, IBinaryInteger<T>
    {
        y = y[..integers.Length];
        var done = 0;
        if (typeof(T) == typeof(byte)) done = DequantizeVectors(MemoryMarshal.Cast<T, byte>(integers), y, scale, zeroPoint);
        if (typeof(T) == typeof(sbyte)) done = DequantizeVectors(MemoryMarshal.Cast<T, sbyte>(integers), y, scale, zeroPoint);
        if (typeof(T) == typeof(ushort)) done = DequantizeVectors(MemoryMarshal.Cast<T, ushort>(integers), y, scale, zeroPoint);
        if (typeof(T) == typeof(short)) done = DequantizeVectors(MemoryMarshal.Cast<T, short>(integers), y, scale, zeroPoint);
        DequantizeReference(integers[done..], y[done..], scale, zeroPoint);
    }

    internal static void DequantizeReference<T>(ReadOnlySpan<T> integers, Span<float> y, float scale, int zeroPoint)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < integers.Length; i++) y[i] = (float)(long.CreateTruncating(integers[i]) - zeroPoint) * scale;
    }

    /// <summary>
    /// Rounds each value to the nearest integer step and back, so that a float graph computes what the integer graph will:
    /// <c>y = (clamp(roundHalfToEven(x / scale) + zeroPoint, low, high) − zeroPoint) · scale</c>.
    /// </summary>
    /// <param name="x">Real values of one tensor or of one channel; any shape, flattened; unit of the layer's output.</param>
    /// <param name="y">Receives the rounded values; at least the length of <paramref name="x"/>, and may be the same memory.</param>
    /// <param name="scale">Width of one integer step, in the unit of <paramref name="x"/>; greater than zero.</param>
    /// <param name="zeroPoint">The integer that represents real zero; in steps, within
    /// <paramref name="low"/>..<paramref name="high"/>.</param>
    /// <param name="low">Least integer of the type, in steps: −128 for int8, 0 for uint8.</param>
    /// <param name="high">Greatest integer of the type, in steps: 127 for int8, 255 for uint8.</param>
    /// <remarks>For integers of at most 16 bits the same bits as <c>Quantize</c> followed by <c>Dequantize</c>, whatever x is. Allocates
    /// nothing.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FakeQuantize(ReadOnlySpan<float> x, Span<float> y, float scale, int zeroPoint, int low, int high)
    {
        y = y[..x.Length];
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y);
        var (width, lowest, highest) =
            (new Vector<float>(scale), new Vector<float>((float)(low - zeroPoint)), new Vector<float>((float)(high - zeroPoint)));
        var done = x.Length - x.Length % Vector<float>.Count;
        for (nuint i = 0; i < (nuint)done; i += (nuint)Vector<float>.Count)
        {
            (StepsOf(Vector.LoadUnsafe(ref from, i), width, lowest, highest) * width).StoreUnsafe(ref to, i);
        }
        FakeQuantizeReference(x[done..], y[done..], scale, zeroPoint, low, high);
    }

    internal static void FakeQuantizeReference(ReadOnlySpan<float> x, Span<float> y, float scale, int zeroPoint, int low, int high)
    {
        for (var i = 0; i < x.Length; i++) y[i] = (float)(Quantize(x[i], scale, zeroPoint, low, high) - zeroPoint) * scale;
    }

    /// <summary>Rounds a value that is already in steps. The sum is taken in double, where it is exact for every 32-bit integer.</summary>
    static int Saturate(double steps, int zeroPoint, int low, int high) =>
        (int)Math.Clamp((double.IsNaN(steps) ? 0 : Math.Round(steps, MidpointRounding.ToEven)) + zeroPoint, low, high);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int QuantizeVectors(ReadOnlySpan<float> x, Span<sbyte> integers, float scale, int zeroPoint, int low, int high)
    {
        var xs = MemoryMarshal.Cast<float, Vector<float>>(x);
        var results = MemoryMarshal.Cast<sbyte, Vector<sbyte>>(integers);
        var steps = new StepVectors(scale, zeroPoint, low, high);
        for (var i = 0; i < results.Length; i++)
        {
            var first = Vector.Narrow(steps.IntegersOf(xs[4 * i]), steps.IntegersOf(xs[4 * i + 1]));
            var second = Vector.Narrow(steps.IntegersOf(xs[4 * i + 2]), steps.IntegersOf(xs[4 * i + 3]));
            results[i] = Vector.Narrow(first, second);
        }
        return results.Length * Vector<sbyte>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int QuantizeVectors(ReadOnlySpan<float> x, Span<short> integers, float scale, int zeroPoint, int low, int high)
    {
        var xs = MemoryMarshal.Cast<float, Vector<float>>(x);
        var results = MemoryMarshal.Cast<short, Vector<short>>(integers);
        var steps = new StepVectors(scale, zeroPoint, low, high);
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Vector.Narrow(steps.IntegersOf(xs[2 * i]), steps.IntegersOf(xs[2 * i + 1]));
        }
        return results.Length * Vector<short>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int DequantizeVectors(ReadOnlySpan<byte> integers, Span<float> y, float scale, int zeroPoint)
    {
        var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(integers);
        var ys = MemoryMarshal.Cast<float, Vector<float>>(y);
        var zero = new Vector<int>(zeroPoint);
        for (var i = 0; i < vectors.Length; i++)
        {
            Vector.Widen(vectors[i], out var low, out var high);
            Store(Vector.AsVectorInt16(low), ys.Slice(4 * i, 2), zero, scale);
            Store(Vector.AsVectorInt16(high), ys.Slice(4 * i + 2, 2), zero, scale);
        }
        return vectors.Length * Vector<byte>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int DequantizeVectors(ReadOnlySpan<sbyte> integers, Span<float> y, float scale, int zeroPoint)
    {
        var vectors = MemoryMarshal.Cast<sbyte, Vector<sbyte>>(integers);
        var ys = MemoryMarshal.Cast<float, Vector<float>>(y);
        var zero = new Vector<int>(zeroPoint);
        for (var i = 0; i < vectors.Length; i++)
        {
            Vector.Widen(vectors[i], out var low, out var high);
            Store(low, ys.Slice(4 * i, 2), zero, scale);
            Store(high, ys.Slice(4 * i + 2, 2), zero, scale);
        }
        return vectors.Length * Vector<sbyte>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int DequantizeVectors(ReadOnlySpan<short> integers, Span<float> y, float scale, int zeroPoint)
    {
        var vectors = MemoryMarshal.Cast<short, Vector<short>>(integers);
        var ys = MemoryMarshal.Cast<float, Vector<float>>(y);
        var zero = new Vector<int>(zeroPoint);
        for (var i = 0; i < vectors.Length; i++) Store(vectors[i], ys.Slice(2 * i, 2), zero, scale);
        return vectors.Length * Vector<short>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int DequantizeVectors(ReadOnlySpan<ushort> integers, Span<float> y, float scale, int zeroPoint)
    {
        var vectors = MemoryMarshal.Cast<ushort, Vector<ushort>>(integers);
        var ys = MemoryMarshal.Cast<float, Vector<float>>(y);
        var zero = new Vector<int>(zeroPoint);
        for (var i = 0; i < vectors.Length; i++)
        {
            Vector.Widen(vectors[i], out var first, out var second);
            ys[2 * i] = Vector.ConvertToSingle(Vector.AsVectorInt32(first) - zero) * scale;
            ys[2 * i + 1] = Vector.ConvertToSingle(Vector.AsVectorInt32(second) - zero) * scale;
        }
        return vectors.Length * Vector<ushort>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector<short> integers, Span<Vector<float>> y, Vector<int> zero, float scale)
    {
        Vector.Widen(integers, out var first, out var second);
        y[0] = Vector.ConvertToSingle(first - zero) * scale;
        y[1] = Vector.ConvertToSingle(second - zero) * scale;
    }

    /// <summary>Real values in steps from the zero point, rounded and saturated; for integers of at most 16 bits, whose bounds are exact
    /// floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> StepsOf(Vector<float> x, Vector<float> scale, Vector<float> lowest, Vector<float> highest)
    {
        var rounded = Vector.Round(x / scale);
        // NaN and −0 become +0: neither is greater than zero, whatever its sign. What remains has no NaN, so the native clamp is exact.
        rounded &= Vector.AsVectorSingle(Vector.GreaterThan(Vector.Abs(rounded), Vector<float>.Zero));
        return Vector.ClampNative(rounded, lowest, highest);
    }

    /// <summary>Vectors of real values as integers.</summary>
    readonly struct StepVectors(float scale, int zeroPoint, int low, int high)
    {
        readonly Vector<float> _scale = new(scale);
        readonly Vector<float> _lowest = new((float)(low - zeroPoint));
        readonly Vector<float> _highest = new((float)(high - zeroPoint));
        readonly Vector<int> _zeroPoint = new(zeroPoint);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<int> IntegersOf(Vector<float> x) => Vector.ConvertToInt32Native(StepsOf(x, _scale, _lowest, _highest)) + _zeroPoint;
    }
}
