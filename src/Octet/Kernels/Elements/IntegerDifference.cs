using System.Numerics;
using System.Runtime.InteropServices;

namespace Octet.Kernels;

/// <summary>Integers of 8 bits as 32-bit distances from their zero point, of which sums of products are exact.</summary>
static class IntegerDifference
{
    /// <summary><c>differences[i] = integers[i] − zeroPoint</c>.</summary>
    public static void Subtract(ReadOnlySpan<byte> integers, int zeroPoint, Span<int> differences)
    {
        var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(integers);
        var results = MemoryMarshal.Cast<int, Vector<int>>(differences);
        var zero = new Vector<int>(zeroPoint);
        for (var i = 0; i < vectors.Length; i++)
        {
            Vector.Widen(vectors[i], out var low, out var high);
            Vector.Widen(low, out var first, out var second);
            Vector.Widen(high, out var third, out var fourth);
            results[4 * i] = Vector.AsVectorInt32(first) - zero;
            results[4 * i + 1] = Vector.AsVectorInt32(second) - zero;
            results[4 * i + 2] = Vector.AsVectorInt32(third) - zero;
            results[4 * i + 3] = Vector.AsVectorInt32(fourth) - zero;
        }
        for (var i = vectors.Length * Vector<byte>.Count; i < integers.Length; i++) differences[i] = integers[i] - zeroPoint;
    }

    /// <summary><c>differences[i] = integers[i] − zeroPoint</c>.</summary>
    public static void Subtract(ReadOnlySpan<sbyte> integers, int zeroPoint, Span<int> differences)
    {
        var vectors = MemoryMarshal.Cast<sbyte, Vector<sbyte>>(integers);
        var results = MemoryMarshal.Cast<int, Vector<int>>(differences);
        var zero = new Vector<int>(zeroPoint);
        for (var i = 0; i < vectors.Length; i++)
        {
            Vector.Widen(vectors[i], out var low, out var high);
            Vector.Widen(low, out var first, out var second);
            Vector.Widen(high, out var third, out var fourth);
            results[4 * i] = first - zero;
            results[4 * i + 1] = second - zero;
            results[4 * i + 2] = third - zero;
            results[4 * i + 3] = fourth - zero;
        }
        for (var i = vectors.Length * Vector<sbyte>.Count; i < integers.Length; i++) differences[i] = integers[i] - zeroPoint;
    }
}
