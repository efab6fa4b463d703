using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// How numpy's <c>matmul</c> reads its operands: the last two dimensions are matrices, those before are batches that broadcast.
/// A vector on the left is a row and one on the right a column, whose extent of 1 the result leaves out. Allocates nothing but
/// <see cref="Output"/>.
/// </summary>
readonly struct ProductShape
{
    readonly Shape _left, _right;

    /// <exception cref="ShapeException">The operands cannot be multiplied.</exception>
    public ProductShape(Shape left, Shape right)
    {
        if (left.Rank == 0 || right.Rank == 0)
            throw new ShapeException($"a product takes matrices or vectors, but the operands have shapes {left} and {right}");

        (_left, _right) = (left, right);
        (Rows, Depth) = left.Rank == 1 ? (1, left[0]) : (left[^2], left[^1]);
        (var rightRows, Columns) = right.Rank == 1 ? (right[0], 1) : (right[^2], right[^1]);
        if (Depth != rightRows)
        {
            throw new ShapeException($"operands of shapes {left} and {right} cannot be multiplied: {Depth} column(s) on the left "
                + $"meet {rightRows} row(s) on the right");
        }
    }

    /// <summary>Rows of one left-hand matrix.</summary>
    public int Rows { get; }

    /// <summary>Columns of a left-hand and rows of a right-hand matrix.</summary>
    public int Depth { get; }

    /// <summary>Columns of one right-hand matrix.</summary>
    public int Columns { get; }

    /// <summary>Number of matrices on the left.</summary>
    public int LeftMatrices => _left.LengthOf(0, BatchRank(_left));

    /// <summary>Number of matrices on the right.</summary>
    public int RightMatrices => _right.LengthOf(0, BatchRank(_right));

    /// <summary>Number of products.</summary>
    public int Batches
    {
        get
        {
            var batches = 1;
            for (var i = 1; i <= Math.Max(BatchRank(_left), BatchRank(_right)); i++) batches *= BatchExtent(i);
            return batches;
        }
    }

    /// <summary>The shape of all products together.</summary>
    /// <exception cref="ShapeException">The batches cannot be broadcast to each other.</exception>
    public Shape Output
    {
        get
        {
            var batch = Shape.Broadcast(new(_left[..BatchRank(_left)]), new(_right[..BatchRank(_right)]));
            ReadOnlySpan<int> rows = _left.Rank == 1 ? [] : [Rows];
            ReadOnlySpan<int> columns = _right.Rank == 1 ? [] : [Columns];
            return [.. batch.Dimensions, .. rows, .. columns];
        }
    }

    /// <summary>The multiplications of a product: for each element of the output, one for each element of a row on the left. Null where a
    /// shape is not known.</summary>
    public static long? Macs(TensorInfo output, TensorInfo left, int depthAxis = -1) =>
        output.Shape.IsKnown && left.Shape is { IsKnown: true, Rank: > 0 } shape
        ? (long)output.Shape.Length * shape[depthAxis < 0 ? shape.Rank - 1 : depthAxis] : null;

    /// <summary>Whether one right-hand matrix meets all left-hand ones, which then are one tall matrix.</summary>
    public bool RightIsShared => RightMatrices == 1 && LeftMatrices == Batches;

    /// <summary>Which matrix of each operand product <paramref name="batch"/> multiplies.</summary>
    public (int Left, int Right) MatricesOf(int batch) => (Source(batch, _left), Source(batch, _right));

    int Source(int batch, Shape source)
    {
        var (place, stride) = (0, 1);
        for (var i = 1; i <= BatchRank(source); i++)
        {
            (batch, var coordinate) = Math.DivRem(batch, BatchExtent(i));
            if (source[^(i + 2)] > 1) place += coordinate * stride;
            stride *= source[^(i + 2)];
        }
        return place;
    }

    /// <summary>The extent of the batch in its dimension <paramref name="fromEnd"/>, counted from 1 for the innermost.</summary>
    int BatchExtent(int fromEnd)
    {
        var left = fromEnd <= BatchRank(_left) ? _left[^(fromEnd + 2)] : 1;
        return left == 1 && fromEnd <= BatchRank(_right) ? _right[^(fromEnd + 2)] : left;
    }

    static int BatchRank(Shape shape) => Math.Max(0, shape.Rank - 2);
}
