using System.Runtime.CompilerServices;
using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>
/// Walks over the elements of a broadcast result row by row. Dimensions that all operands lay out alike are merged, so a row is as long as
/// it can be, and within it each operand either runs along or stands still.
/// </summary>
/// <remarks>Source: broadcasting as numpy and ONNX define it: extents are aligned at the innermost dimension, and an extent of 1 stands for
/// any.</remarks>
ref struct Broadcast
{
    /// <summary>A result of at most 2³¹ − 1 elements has at most 30 extents of 2 or more; those of 1 are left out.</summary>
    const int MaxRank = 32;

    readonly int _length;
    int _rank;
    Extents _extents;
    Steps _steps;

    /// <param name="result">The shape that all operands broadcast to.</param>
    /// <param name="x">Shape of the first operand.</param>
    /// <param name="y">Shape of the second operand.</param>
    /// <param name="z">Shape of a third operand, if there is one.</param>
    public Broadcast(Shape result, Shape x, Shape y, Shape? z = null)
    {
        _length = result.Length;
        var third = z ?? Shape.Scalar;
        var stride = new Step(1, 1, 1);
        for (var i = 1; i <= result.Rank && _length > 0; i++)
        {
            var (ofX, ofY, ofZ) = (ExtentOf(x, i), ExtentOf(y, i), ExtentOf(third, i));
            if (result[^i] != 1) AddOuter(result[^i], new(ofX == 1 ? 0 : stride.X, ofY == 1 ? 0 : stride.Y, ofZ == 1 ? 0 : stride.Z));
            stride = new(stride.X * ofX, stride.Y * ofY, stride.Z * ofZ);
        }
        if (_rank == 0) AddOuter(1, new(1, 1, 1));
    }

    Broadcast(Shape shape, ReadOnlySpan<bool> isReduced)
    {
        _length = shape.Length;
        var stride = new Step(1, 1, 0);
        for (var axis = shape.Rank - 1; axis >= 0 && _length > 0; axis--)
        {
            var extent = shape[axis];
            if (extent != 1) AddOuter(extent, stride with { Y = isReduced[axis] ? 0 : stride.Y });
            stride = new(stride.X * extent, isReduced[axis] ? stride.Y : stride.Y * extent, 0);
        }
        if (_rank == 0) AddOuter(1, new(1, 1, 0));
    }

    /// <summary>The way from all elements of a tensor, which are x here, to those that remain when some of its axes are reduced, which are
    /// y.</summary>
    public static Broadcast OfReduction(Shape shape, ReadOnlySpan<bool> isReduced) => new(shape, isReduced);

    /// <summary>Elements in a row of the result.</summary>
    public readonly int RowLength => _extents[0];

    /// <summary>What each operand does within a row: 1 runs along, 0 stands still.</summary>
    public readonly Step RowStep => _steps[0];

    public readonly RowEnumerator GetEnumerator() => new(this);

    /// <summary><c>result = function(x, y)</c> with vectors.</summary>
    public readonly void Map<T, TFunction>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result, TFunction function)
        where T : unmanaged where TFunction : struct, IBinaryFunction<T>
    {
        foreach (var row in this)
        {
            var results = result.Slice(row.Start, RowLength);
            // Where more operands than these two make the result, both may stand still.
            if (RowStep is { X: 0, Y: 0 })
            {
                ElementWise.Map(x.Slice(row.X, 1), y[row.Y], results[..1], function);
                results[1..].Fill(results[0]);
            }
            else if (RowStep.Y == 0) ElementWise.Map(x.Slice(row.X, RowLength), y[row.Y], results, function);
            else if (RowStep.X == 0) ElementWise.Map(x[row.X], y.Slice(row.Y, RowLength), results, function);
            else ElementWise.Map(x.Slice(row.X, RowLength), y.Slice(row.Y, RowLength), results, function);
        }
    }

    /// <summary><c>result = function(x, y)</c>, element by element.</summary>
    public readonly void MapScalars<TX, TY, TResult, TFunction>(ReadOnlySpan<TX> x, ReadOnlySpan<TY> y, Span<TResult> result,
        TFunction function)
        where TFunction : struct, IScalarFunction<TX, TY, TResult>
    {
        var (lengthX, lengthY) = (RowStep.X == 0 ? 1 : RowLength, RowStep.Y == 0 ? 1 : RowLength);
        foreach (var row in this)
        {
            ElementWise.MapScalars(x.Slice(row.X, lengthX), y.Slice(row.Y, lengthY), result.Slice(row.Start, RowLength), function);
        }
    }

    /// <summary>Adds a dimension outside those that are there, or widens the outermost one if all operands simply run on.</summary>
    void AddOuter(int extent, Step step)
    {
        if (_rank > 0)
        {
            var (outermost, inner) = (_rank - 1, _steps[_rank - 1]);
            var reach = _extents[outermost];
            if (step == new Step(inner.X * reach, inner.Y * reach, inner.Z * reach))
            {
                _extents[outermost] *= extent;
                return;
            }
        }
        (_extents[_rank], _steps[_rank]) = (extent, step);
        _rank++;
    }

    static int ExtentOf(Shape shape, int fromEnd) => fromEnd <= shape.Rank ? shape[^fromEnd] : 1;

    /// <summary>How far each operand moves, or where it is, in elements.</summary>
    public readonly record struct Step(int X, int Y, int Z);

    /// <summary>Where a row starts in the result and in each operand.</summary>
    public readonly record struct Row(int Start, int X, int Y, int Z);

    public ref struct RowEnumerator(Broadcast broadcast)
    {
        readonly Broadcast _broadcast = broadcast;
        Extents _position;
        Row _row = new(-broadcast.RowLength, 0, 0, 0);

        public readonly Row Current => _row;

        public bool MoveNext()
        {
            var start = _row.Start + _broadcast.RowLength;
            if (start >= _broadcast._length) return false;

            var (x, y, z) = (_row.X, _row.Y, _row.Z);
            for (var axis = 1; axis < _broadcast._rank && start > 0; axis++)
            {
                var (step, extent) = (_broadcast._steps[axis], _broadcast._extents[axis]);
                (x, y, z) = (x + step.X, y + step.Y, z + step.Z);
                if (++_position[axis] < extent) break;

                _position[axis] = 0;
                (x, y, z) = (x - step.X * extent, y - step.Y * extent, z - step.Z * extent);
            }
            _row = new(start, x, y, z);
            return true;
        }
    }

    [InlineArray(MaxRank)]
    struct Extents
    {
        int _first;
    }

    [InlineArray(MaxRank)]
    struct Steps
    {
        Step _first;
    }
}
