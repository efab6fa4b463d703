using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Octet.Kernels;

/// <summary>Sums of 8-bit integers: what global averages are made of.</summary>
static unsafe class ByteSums
{
    /// <summary>Sums of the columns of a matrix of bytes.</summary>
    /// <param name="x">[rows, columns].</param>
    /// <param name="rows">At most 2²³ rows, so that no sum overflows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="isSigned">int8 rather than uint8.</param>
    /// <param name="sums">Receives a sum for each column.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfColumns(byte* x, int rows, int columns, bool isSigned, Span<int> sums)
    {
        var column = 0;
        var flip = isSigned ? Vector128.Create((byte)0x80) : Vector128<byte>.Zero;
        var offset = Vector128.Create(isSigned ? -128 * rows : 0);
        for (; column <= columns - 16; column += 16)
        {
            Vector128<int> sums0 = offset, sums1 = offset, sums2 = offset, sums3 = offset;
            for (var row = 0; row < rows; row++)
            {
                var bytes = Vector128.Load(x + (nint)row * columns + column) ^ flip;
                var (low, high) = Vector128.Widen(bytes);
                var (first, second) = Vector128.Widen(low);
                var (third, fourth) = Vector128.Widen(high);
                sums0 += first.AsInt32();
                sums1 += second.AsInt32();
                sums2 += third.AsInt32();
                sums3 += fourth.AsInt32();
            }
            sums0.CopyTo(sums[column..]);
            sums1.CopyTo(sums[(column + 4)..]);
            sums2.CopyTo(sums[(column + 8)..]);
            sums3.CopyTo(sums[(column + 12)..]);
        }
        for (; column < columns; column++)
        {
            var sum = 0;
            for (var row = 0; row < rows; row++)
            {
                sum += isSigned ? (int)(sbyte)x[(nint)row * columns + column] : x[(nint)row * columns + column];
            }
            sums[column] = sum;
        }
    }

    /// <summary>Sums of the rows of a matrix of bytes.</summary>
    public static void OfRows(ReadOnlySpan<byte> x, int columns, bool isSigned, Span<int> sums)
    {
        for (var row = 0; row < sums.Length; row++)
        {
            var sum = 0;
            foreach (var value in x.Slice(row * columns, columns)) sum += isSigned ? (int)(sbyte)value : value;
            sums[row] = sum;
        }
    }
}
