using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Octet.Kernels;

/// <summary>The sum and the extremes of each column of a matrix, in one reading.</summary>
static class ColumnStatistics
{
    /// <summary>Adds rows to what is known of the columns.</summary>
    /// <param name="matrix">[rows, columns]; few enough rows to stay in the first-level cache, since each vector of columns goes through
    /// all of them.</param>
    /// <param name="sums">[columns], the sums so far.</param>
    /// <param name="lows">[columns], the least elements so far.</param>
    /// <param name="highs">[columns], the greatest elements so far.</param>
    /// <remarks>NaN may be passed over by the extremes, but not by the sums.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<float> matrix, Span<float> sums, Span<float> lows, Span<float> highs)
    {
        var (columns, width) = (sums.Length, Vector<float>.Count);
        ref var first = ref MemoryMarshal.GetReference(matrix);
        var column = 0;
        // Two vectors side by side, since an addition takes as long as three steps.
        for (; column <= columns - 2 * width; column += 2 * width)
        {
            var (sum, low, high) =
                (new Vector<float>(sums[column..]), new Vector<float>(lows[column..]), new Vector<float>(highs[column..]));
            var (sum2, low2, high2) =
                (new Vector<float>(sums[(column + width)..]), new Vector<float>(lows[(column + width)..]),
                    new Vector<float>(highs[(column + width)..]));
            for (var at = column; at < matrix.Length; at += columns)
            {
                var (x, x2) = (Vector.LoadUnsafe(ref first, (nuint)at), Vector.LoadUnsafe(ref first, (nuint)(at + width)));
                (sum, low, high) = (sum + x, Vector.MinNative(low, x), Vector.MaxNative(high, x));
                (sum2, low2, high2) = (sum2 + x2, Vector.MinNative(low2, x2), Vector.MaxNative(high2, x2));
            }
            Store(column, sum, low, high, sums, lows, highs);
            Store(column + width, sum2, low2, high2, sums, lows, highs);
        }
        for (; column <= columns - width; column += width)
        {
            var (sum, low, high) =
                (new Vector<float>(sums[column..]), new Vector<float>(lows[column..]), new Vector<float>(highs[column..]));
            for (var at = column; at < matrix.Length; at += columns)
            {
                var x = Vector.LoadUnsafe(ref first, (nuint)at);
                (sum, low, high) = (sum + x, Vector.MinNative(low, x), Vector.MaxNative(high, x));
            }
            Store(column, sum, low, high, sums, lows, highs);
        }
        Reference(matrix, column, sums, lows, highs);
    }

    /// <summary>The definition, for the columns from <paramref name="firstColumn"/> on.</summary>
    internal static void Reference(ReadOnlySpan<float> matrix, int firstColumn, Span<float> sums, Span<float> lows, Span<float> highs)
    {
        for (var column = firstColumn; column < sums.Length; column++)
        {
            for (var at = column; at < matrix.Length; at += sums.Length)
            {
                sums[column] += matrix[at];
                lows[column] = Math.Min(lows[column], matrix[at]);
                highs[column] = Math.Max(highs[column], matrix[at]);
            }
        }
    }

    static void Store(int column, Vector<float> sum, Vector<float> low, Vector<float> high, Span<float> sums, Span<float> lows,
        Span<float> highs)
    {
        sum.CopyTo(sums[column..]);
        low.CopyTo(lows[column..]);
        high.CopyTo(highs[column..]);
    }
}
