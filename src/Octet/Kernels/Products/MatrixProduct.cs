using System.Numerics;
using System.Runtime.CompilerServices;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Kernels;

/// <summary>
/// The product of two matrices of any element type that <see cref="Vector{T}"/> knows: <c>result[i, j] = Σₖ left[i, k] · right[k, j] +
/// bias[i]</c>.
/// </summary>
/// <remarks>
/// Each element is one chain of multiply-adds from k = 0 upwards (fused for real numbers), whatever the sizes, the tiles and the vector
/// width, so that an element depends on its row and its column alone: batches, threads and machines do not change its bits. The right-hand
/// side is copied into panels as wide as a tile, which stay in the first-level cache while the rows pass by
/// (Goto and van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication").
/// </remarks>
static unsafe class MatrixProduct
{
    /// <summary>Twelve accumulators, two columns of the panel and one element of the left side fill the 16 registers of AVX2.</summary>
    const int TileRows = 6;

    /// <summary>Rows of a panel: 256 · 16 floats take 16 KiB, half of the first-level cache.</summary>
    const int DepthBlock = 256;

    /// <summary>Columns that are packed at once: 256 · 256 floats take 256 KiB of the second-level cache.</summary>
    const int ColumnBlock = 256;

    /// <summary>Rows of the left side that pass by one panel before the next: 96 · 256 floats take 96 KiB.</summary>
    const int RowBlock = 96;

    /// <param name="rows">Rows of <paramref name="left"/> and of the result.</param>
    /// <param name="columns">Columns of <paramref name="right"/> and of the result.</param>
    /// <param name="depth">Columns of <paramref name="left"/>, rows of <paramref name="right"/>.</param>
    /// <param name="left">[rows, depth].</param>
    /// <param name="right">[depth, columns].</param>
    /// <param name="bias">[rows], added to each element of a row; null for none.</param>
    /// <param name="result">[rows, columns].</param>
    /// <param name="resultStride">Elements from one row of the result to the next.</param>
    public static void Multiply<T, TColumns>(
        int rows, int columns, int depth, MatrixView<T> left, TColumns right, T* bias, T* result, int resultStride)
        where T : unmanaged, INumber<T> where TColumns : struct, IColumnSource<T>
    {
        for (var i = 0; i < rows; i++) new Span<T>(result + (nint)i * resultStride, columns).Clear();

        var panelWidth = 2 * Vector<T>.Count;
        var packedColumns = RoundUp(Math.Min(columns, ColumnBlock), panelWidth);
        using var panelScratch = new Scratch<T>(packedColumns * Math.Min(depth, DepthBlock));
        using var lineScratch = new Scratch<T>(packedColumns);

        for (var column = 0; column < columns; column += ColumnBlock)
        {
            var width = Math.Min(ColumnBlock, columns - column);
            for (var k = 0; k < depth; k += DepthBlock)
            {
                var height = Math.Min(DepthBlock, depth - k);
                Pack(right, k, height, column, width, panelScratch.Pointer, lineScratch.Pointer);
                for (var row = 0; row < rows; row += RowBlock)
                {
                    var block = new MatrixView<T>(left.Row(row) + (nint)k * left.ColumnStride, left.RowStride, left.ColumnStride);
                    AddBlock(Math.Min(RowBlock, rows - row), width, height, block, panelScratch.Pointer,
                        result + (nint)row * resultStride + column, resultStride);
                }
            }
            if (bias is not null) AddBias(bias, rows, width, result + column, resultStride);
        }
    }

    /// <summary>The definition, one element at a time.</summary>
    internal static void Reference<T>(int rows, int columns, int depth, MatrixView<T> left, MatrixView<T> right, T* bias, T* result,
        int resultStride)
        where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var sum = T.Zero;
                for (var k = 0; k < depth; k++)
                {
                    sum = MultiplyAdd(left.Row(i)[k * left.ColumnStride], right.Row(k)[j * right.ColumnStride], sum);
                }
                result[i * resultStride + j] = bias is null ? sum : sum + bias[i];
            }
        }
    }

    /// <summary>Comes last: a sum that begins with a large bias rounds each small product to the bias's last place.</summary>
    static void AddBias<T>(T* bias, int rows, int columns, T* result, int resultStride) where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < rows; i++)
        {
            var row = new Span<T>(result + (nint)i * resultStride, columns);
            TensorPrimitives.Add(row, bias[i], row);
        }
    }

    /// <summary><c>a · b + c</c>, rounded once for real numbers; integers wrap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> MultiplyAdd<T>(Vector<T> a, Vector<T> b, Vector<T> c) where T : unmanaged, INumber<T> =>
        typeof(T) == typeof(float) ? Vector.FusedMultiplyAdd(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>()
        : typeof(T) == typeof(double) ? Vector.FusedMultiplyAdd(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>()
        : a * b + c;

    /// <summary><c>a · b + c</c>, rounded once for real numbers; integers wrap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyAdd<T>(T a, T b, T c) where T : unmanaged, INumber<T> =>
        typeof(T) == typeof(float) ? (T)(object)MathF.FusedMultiplyAdd((float)(object)a, (float)(object)b, (float)(object)c)
        : typeof(T) == typeof(double) ? (T)(object)Math.FusedMultiplyAdd((double)(object)a, (double)(object)b, (double)(object)c)
        : a * b + c;

    /// <summary>Copies a block of the right side into panels, one after the other, each [height, panel width]; the last is filled up with
    /// zeros.</summary>
    static void Pack<T, TColumns>(TColumns right, int firstRow, int height, int firstColumn, int width, T* panels, T* line)
        where T : unmanaged, INumber<T> where TColumns : struct, IColumnSource<T>
    {
        var panelWidth = 2 * Vector<T>.Count;
        var packedWidth = RoundUp(width, panelWidth);
        new Span<T>(line + width, packedWidth - width).Clear();
        for (var k = 0; k < height; k++)
        {
            right.CopyRow(firstRow + k, firstColumn, width, line);
            var target = panels + k * panelWidth;
            for (var j = 0; j < packedWidth; j += panelWidth, target += height * panelWidth)
            {
                Vector.Load(line + j).Store(target);
                Vector.Load(line + j + Vector<T>.Count).Store(target + Vector<T>.Count);
            }
        }
    }

    /// <summary>Adds the product of some rows with the packed block to the result.</summary>
    static void AddBlock<T>(int rows, int width, int height, MatrixView<T> left, T* panels, T* result, int resultStride)
        where T : unmanaged, INumber<T>
    {
        var panelWidth = 2 * Vector<T>.Count;
        var edge = stackalloc T[TileRows * panelWidth];
        for (var column = 0; column < width; column += panelWidth, panels += height * panelWidth)
        {
            var tileWidth = Math.Min(panelWidth, width - column);
            for (var row = 0; row < rows; row += TileRows)
            {
                var tileRows = Math.Min(TileRows, rows - row);
                var target = result + (nint)row * resultStride + column;
                if (tileWidth == panelWidth)
                {
                    AddTile(tileRows, height, left.Row(row), left.RowStride, left.ColumnStride, panels, target, resultStride);
                    continue;
                }
                CopyTile(tileRows, tileWidth, target, resultStride, edge, panelWidth);
                AddTile(tileRows, height, left.Row(row), left.RowStride, left.ColumnStride, panels, edge, panelWidth);
                CopyTile(tileRows, tileWidth, edge, panelWidth, target, resultStride);
            }
        }
    }

    /// <summary>
    /// Adds the product of up to <see cref="TileRows"/> rows with one panel to a tile of the result, held in registers all the while.
    /// A tile of fewer rows computes its last row several times, which costs less than a loop for every height.
    /// </summary>
    static void AddTile<T>(int rows, int depth, T* left, nint rowStride, nint step, T* panel, T* result, nint resultStride)
        where T : unmanaged, INumber<T>
    {
        var last = rows - 1;
        var (row1, row2, row3, row4, row5) = (Math.Min(1, last), Math.Min(2, last), Math.Min(3, last), Math.Min(4, last), last);
        T* left1 = left + row1 * rowStride, left2 = left + row2 * rowStride, left3 = left + row3 * rowStride;
        T* left4 = left + row4 * rowStride, left5 = left + row5 * rowStride;
        T* result1 = result + row1 * resultStride, result2 = result + row2 * resultStride, result3 = result + row3 * resultStride;
        T* result4 = result + row4 * resultStride, result5 = result + row5 * resultStride;
        var width = Vector<T>.Count;

        Vector<T> a0 = Vector.Load(result), b0 = Vector.Load(result + width);
        Vector<T> a1 = Vector.Load(result1), b1 = Vector.Load(result1 + width);
        Vector<T> a2 = Vector.Load(result2), b2 = Vector.Load(result2 + width);
        Vector<T> a3 = Vector.Load(result3), b3 = Vector.Load(result3 + width);
        Vector<T> a4 = Vector.Load(result4), b4 = Vector.Load(result4 + width);
        Vector<T> a5 = Vector.Load(result5), b5 = Vector.Load(result5 + width);

        nint at = 0;
        for (var k = 0; k < depth; k++, at += step, panel += 2 * width)
        {
            Vector<T> a = Vector.Load(panel), b = Vector.Load(panel + width);
            var weight = new Vector<T>(left[at]);
            a0 = MultiplyAdd(weight, a, a0);
            b0 = MultiplyAdd(weight, b, b0);
            weight = new Vector<T>(left1[at]);
            a1 = MultiplyAdd(weight, a, a1);
            b1 = MultiplyAdd(weight, b, b1);
            weight = new Vector<T>(left2[at]);
            a2 = MultiplyAdd(weight, a, a2);
            b2 = MultiplyAdd(weight, b, b2);
            weight = new Vector<T>(left3[at]);
            a3 = MultiplyAdd(weight, a, a3);
            b3 = MultiplyAdd(weight, b, b3);
            weight = new Vector<T>(left4[at]);
            a4 = MultiplyAdd(weight, a, a4);
            b4 = MultiplyAdd(weight, b, b4);
            weight = new Vector<T>(left5[at]);
            a5 = MultiplyAdd(weight, a, a5);
            b5 = MultiplyAdd(weight, b, b5);
        }

        a0.Store(result);
        b0.Store(result + width);
        a1.Store(result1);
        b1.Store(result1 + width);
        a2.Store(result2);
        b2.Store(result2 + width);
        a3.Store(result3);
        b3.Store(result3 + width);
        a4.Store(result4);
        b4.Store(result4 + width);
        a5.Store(result5);
        b5.Store(result5 + width);
    }

    static void CopyTile<T>(int rows, int width, T* from, int fromStride, T* to, int toStride) where T : unmanaged
    {
        for (var row = 0; row < rows; row++)
        {
            new ReadOnlySpan<T>(from + (nint)row * fromStride, width).CopyTo(new Span<T>(to + (nint)row * toStride, width));
        }
    }

    static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
