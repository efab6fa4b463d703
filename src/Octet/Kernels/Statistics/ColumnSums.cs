using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Octet.Kernels;

/// <summary>Sums over all rows of a matrix, for each column: what channels of images with channels last add up to.</summary>
/// <remarks>Some rows are summed at a time, and then their sums, so that long columns lose few digits. The bits do not depend on the width
/// of vectors.</remarks>
static class ColumnSums
{
    const int BlockRows = 256;

    /// <summary>The sum of each column.</summary>
    /// <param name="matrix">[rows, columns].</param>
    /// <param name="sums">[columns].</param>
    public static void Of(ReadOnlySpan<float> matrix, Span<float> sums)
    {
        sums.Clear();
        using var part = new Scratch<float>(sums.Length);
        for (; !matrix.IsEmpty; matrix = matrix[Math.Min(matrix.Length, BlockRows * sums.Length)..])
        {
            var block = matrix[..Math.Min(matrix.Length, BlockRows * sums.Length)];
            part.Span.Clear();
            AddRows(block, part.Span);
            System.Numerics.Tensors.TensorPrimitives.Add(sums, part.Span, sums);
        }
    }

    /// <summary>The sum of <c>(x − xCenter) · (y − yCenter)</c> for each column.</summary>
    /// <param name="x">[rows, columns].</param>
    /// <param name="xCenters">[columns].</param>
    /// <param name="y">[rows, columns].</param>
    /// <param name="yCenters">[columns].</param>
    /// <param name="sums">[columns].</param>
    public static void OfProducts(ReadOnlySpan<float> x, ReadOnlySpan<float> xCenters, ReadOnlySpan<float> y, ReadOnlySpan<float> yCenters,
        Span<float> sums)
    {
        sums.Clear();
        using var part = new Scratch<float>(sums.Length);
        for (int count; !x.IsEmpty; x = x[count..], y = y[count..])
        {
            count = Math.Min(x.Length, BlockRows * sums.Length);
            part.Span.Clear();
            AddProducts(x[..count], xCenters, y[..count], yCenters, part.Span);
            System.Numerics.Tensors.TensorPrimitives.Add(sums, part.Span, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddRows(ReadOnlySpan<float> matrix, Span<float> sums)
    {
        ref var first = ref MemoryMarshal.GetReference(matrix);
        var (columns, width, column) = (sums.Length, Vector<float>.Count, 0);
        for (; column <= columns - width; column += width)
        {
            var sum = new Vector<float>(sums[column..]);
            for (var at = column; at < matrix.Length; at += columns) sum += Vector.LoadUnsafe(ref first, (nuint)at);
            sum.CopyTo(sums[column..]);
        }
        for (; column < columns; column++)
        {
            for (var at = column; at < matrix.Length; at += columns) sums[column] += matrix[at];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddProducts(ReadOnlySpan<float> x, ReadOnlySpan<float> xCenters, ReadOnlySpan<float> y, ReadOnlySpan<float> yCenters,
        Span<float> sums)
    {
        ref var left = ref MemoryMarshal.GetReference(x);
        ref var right = ref MemoryMarshal.GetReference(y);
        var (columns, width, column) = (sums.Length, Vector<float>.Count, 0);
        for (; column <= columns - width; column += width)
        {
            var (sum, xCenter, yCenter) =
                (new Vector<float>(sums[column..]), new Vector<float>(xCenters[column..]), new Vector<float>(yCenters[column..]));
            for (var at = column; at < x.Length; at += columns)
                sum += (Vector.LoadUnsafe(ref left, (nuint)at) - xCenter) * (Vector.LoadUnsafe(ref right, (nuint)at) - yCenter);
            sum.CopyTo(sums[column..]);
        }
        for (; column < columns; column++)
        {
            for (var at = column; at < x.Length; at += columns) sums[column] += (x[at] - xCenters[column]) * (y[at] - yCenters[column]);
        }
    }
}
