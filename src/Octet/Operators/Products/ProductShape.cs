using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// How numpy's <c>matmul</c> reads its operands: the last two dimensions are matrices, those before are batches that broadcast.
/// A vector on the left is a row and one on the right a column, whose extent of 1 the result leaves out.
/// </summary>
readonly struct ProductShape
{
    readonly Shape _leftBatch, _rightBatch, _batch;

    /// <exception cref="ShapeException">The operands cannot be multiplied.</exception>
    public ProductShape(Shape left, Shape right)
    {
        if (left.Rank == 0 || right.Rank == 0) throw new ShapeException($"a product takes matrices or vectors, but the operands have shapes {left} and {right}");

        (Rows, Depth) = left.Rank == 1 ? (1, left[0]) : (left[^2], left[^1]);
        (var rightRows, Columns) = right.Rank == 1 ? (right[0], 1) : (right[^2], right[^1]);
        if (Depth != rightRows)
        {
            throw new ShapeException($"operands of shapes {left} and {right} cannot be multiplied: {Depth} column(s) on the left meet {rightRows} row(s) on the right");
        }
        _leftBatch = new(left[..Math.Max(0, left.Rank - 2)]);
        _rightBatch = new(right[..Math.Max(0, right.Rank - 2)]);
        _batch = Shape.Broadcast(_leftBatch, _rightBatch);
        ReadOnlySpan<int> rows = left.Rank == 1 ? [] : [Rows];
        ReadOnlySpan<int> columns = right.Rank == 1 ? [] : [Columns];
        Output = [.. _batch.Dimensions, .. rows, .. columns];
    }

    /// <summary>Rows of one left-hand matrix.</summary>
    public int Rows { get; }

    /// <summary>Columns of a left-hand and rows of a right-hand matrix.</summary>
    public int Depth { get; }

    /// <summary>Columns of one right-hand matrix.</summary>
    public int Columns { get; }

    /// <summary>Number of products.</summary>
    public int Batches => Output.Length == 0 ? 0 : _batch.Length;

    /// <summary>Number of matrices on the left.</summary>
    public int LeftMatrices => _leftBatch.Length;

    /// <summary>Number of matrices on the right.</summary>
    public int RightMatrices => _rightBatch.Length;

    /// <summary>The shape of all products together.</summary>
    public Shape Output { get; }

    /// <summary>Whether one right-hand matrix meets all left-hand ones, which then are one tall matrix.</summary>
    public bool RightIsShared => _rightBatch.Length == 1 && _leftBatch.Length == _batch.Length;

    /// <summary>Which matrix of each operand product <paramref name="batch"/> multiplies.</summary>
    public (int Left, int Right) MatricesOf(int batch) => (Source(batch, _leftBatch), Source(batch, _rightBatch));

    int Source(int batch, Shape source)
    {
        var (place, stride) = (0, 1);
        for (var i = 1; i <= source.Rank; i++)
        {
            (batch, var coordinate) = Math.DivRem(batch, _batch[^i]);
            if (source[^i] > 1) place += coordinate * stride;
            stride *= source[^i];
        }
        return place;
    }
}
