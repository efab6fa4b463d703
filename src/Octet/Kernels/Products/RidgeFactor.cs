using Octet.Foundation;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Kernels;

/// <summary>The Cholesky factor of a symmetric matrix with a raised diagonal, <c>L Lᵀ = M + λ I</c>, and what it solves.</summary>
/// <remarks>
/// Works on blocks of columns, so that nearly all of the work is done by <see cref="MatrixProduct"/>, at the speed of arithmetic rather
/// than of memory. Source: Golub and Van Loan, Matrix Computations, 4th edition, sections 3.1.4 and 4.2.6.
/// </remarks>
sealed unsafe class RidgeFactor
{
    const int BlockSize = 48;

    readonly int _size;

    /// <summary>The lower triangle; what is above the diagonal is of no use.</summary>
    readonly float[] _factor;

    /// <param name="matrix">[size, size], symmetric and not negative; stays as it is.</param>
    /// <param name="size">Rows.</param>
    /// <param name="ridge">λ, more than zero.</param>
    /// <param name="threads">How many rows are worked on at once; the result does not depend on it.</param>
    public RidgeFactor(float[] matrix, int size, float ridge, int threads)
    {
        (_size, _factor) = (size, (float[])matrix.Clone());
        for (var i = 0; i < size; i++) _factor[i * size + i] += ridge;
        for (var first = 0; first < size; first += BlockSize)
        {
            var width = Math.Min(BlockSize, size - first);
            // Rows from here on, without what the columns before give of them.
            ForEachPart(size - first, threads, (from, rows) =>
            {
                fixed (float* factor = _factor)
                {
                    var left = factor + (nint)(first + from) * size;
                    Subtract(left + first, rows, width, first, left, new(factor + (nint)first * size, 1, size));
                }
            });
            FactorDiagonal(first, width, ridge);
            ForEachPart(size - first - width, threads, (from, rows) =>
            {
                fixed (float* factor = _factor)
                {
                    var row = factor + (nint)(first + width + from) * size + first;
                    for (var i = 0; i < rows; i++, row += size) SolveForward(row, first, width);
                }
            });
        }
    }

    /// <summary>Solves <c>y (L Lᵀ) = x</c> for each row x, in place.</summary>
    /// <param name="rows">[any, size].</param>
    /// <param name="threads">How many rows are worked on at once; the result does not depend on it.</param>
    public void Solve(float[] rows, int threads) => ForEachPart(rows.Length / _size, threads, (from, count) =>
    {
        fixed (float* x = rows, factor = _factor)
        {
            var part = x + (nint)from * _size;
            for (var first = 0; first < _size; first += BlockSize)
            {
                var width = Math.Min(BlockSize, _size - first);
                Subtract(part + first, count, width, first, part, new(factor + (nint)first * _size, 1, _size));
                for (var i = 0; i < count; i++) SolveForward(part + (nint)i * _size + first, first, width);
            }
            for (var first = (_size - 1) / BlockSize * BlockSize; first >= 0; first -= BlockSize)
            {
                var width = Math.Min(BlockSize, _size - first);
                var after = first + width;
                Subtract(part + first, count, width, _size - after, part + after, new(factor + (nint)after * _size + first, _size));
                for (var i = 0; i < count; i++) SolveBackward(part + (nint)i * _size + first, first, width);
            }
        }
    });

    /// <summary>target −= left · right, [rows, columns] = [rows, depth] · [depth, columns]; rows of both lie <see cref="_size"/>
    /// apart.</summary>
    void Subtract(float* target, int rows, int columns, int depth, float* left, MatrixView<float> right)
    {
        if (depth == 0) return;
        using var scratch = new Scratch<float>(rows * columns);
        MatrixProduct.Multiply<float, MatrixView<float>>(rows, columns, depth, new(left, _size), right, null, scratch.Pointer, columns);
        for (var row = 0; row < rows; row++)
        {
            var elements = new Span<float>(target + (nint)row * _size, columns);
            TensorPrimitives.Subtract<float>(elements, scratch.Span.Slice(row * columns, columns), elements);
        }
    }

    void FactorDiagonal(int first, int width, float ridge)
    {
        for (var i = 0; i < width; i++)
        {
            var row = Row(first + i, first, i);
            for (var j = 0; j < i; j++)
                row[j] = (row[j] - TensorPrimitives.Dot<float>(row[..j], Row(first + j, first, j))) / Diagonal(first + j);
            // What is left of the diagonal is the ridge at least, but for rounding.
            ref var diagonal = ref Diagonal(first + i);
            diagonal = MathF.Sqrt(Math.Max(ridge, diagonal - TensorPrimitives.SumOfSquares<float>(row)));
        }
    }

    /// <summary>z Lᵀ = x for a block of the diagonal.</summary>
    void SolveForward(float* x, int first, int width)
    {
        var row = new Span<float>(x, width);
        for (var i = 0; i < width; i++)
            row[i] = (row[i] - TensorPrimitives.Dot<float>(row[..i], Row(first + i, first, i))) / Diagonal(first + i);
    }

    /// <summary>y L = z for a block of the diagonal.</summary>
    void SolveBackward(float* z, int first, int width)
    {
        var row = new Span<float>(z, width);
        for (var i = width - 1; i >= 0; i--)
        {
            row[i] /= Diagonal(first + i);
            TensorPrimitives.MultiplyAdd(Row(first + i, first, i), -row[i], row[..i], row[..i]);
        }
    }

    /// <summary>An element of L, on or below the diagonal.</summary>
    public float Element(int row, int column) => _factor[row * _size + column];

    Span<float> Row(int row, int column, int count) => _factor.AsSpan(row * _size + column, count);

    ref float Diagonal(int i) => ref _factor[i * _size + i];

    static void ForEachPart(int rows, int threads, Action<int, int> work)
    {
        const int part = 96;
        if (rows > 0)
            ParallelWork.ForEach((rows + part - 1) / part, threads, index => work(index * part, Math.Min(part, rows - index * part)));
    }
}
