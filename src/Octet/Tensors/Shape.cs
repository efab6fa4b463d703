using System.Runtime.CompilerServices;

namespace Octet.Tensors;

/// <summary>
/// The extents of a tensor, outermost dimension first; immutable. A scalar has rank 0 and length 1.
/// The default value is <see cref="Unknown"/>: a shape that depends on values which are not there yet.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>
{
    readonly int[]? _dimensions;

    /// <param name="dimensions">Extents, each zero or more; their product at most 2³¹ − 1.</param>
    /// <exception cref="ShapeException">An extent is negative, or the number of elements overflows.</exception>
    public Shape(ReadOnlySpan<int> dimensions)
    {
        Length = CheckedLength(dimensions);
        _dimensions = dimensions.ToArray();
    }

    /// <summary>Not known before the model runs, because it depends on values.</summary>
    public static Shape Unknown => default;

    /// <summary>Rank 0: one element.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>For collection expressions: <c>Shape shape = [1, 3, 224, 224];</c></summary>
    /// <exception cref="ShapeException">An extent is negative, or the number of elements overflows.</exception>
    public static Shape Create(ReadOnlySpan<int> dimensions) => new(dimensions);

    /// <summary>Takes extents as ONNX stores them.</summary>
    /// <exception cref="ShapeException">An extent is negative or does not fit, or the number of elements overflows.</exception>
    public static Shape From(ReadOnlySpan<long> dimensions)
    {
        var narrow = new int[dimensions.Length];
        for (var i = 0; i < narrow.Length; i++)
        {
            if (dimensions[i] is < 0 or > int.MaxValue) throw ShapeException.BadExtent(dimensions[i], i);
            narrow[i] = (int)dimensions[i];
        }
        return new(narrow);
    }

    /// <summary>False only for <see cref="Unknown"/>.</summary>
    public bool IsKnown => _dimensions is not null;

    /// <summary>The number of dimensions.</summary>
    /// <exception cref="InvalidOperationException">The shape is unknown.</exception>
    public int Rank => Dimensions.Length;

    /// <summary>Number of elements; the product of the extents.</summary>
    public int Length { get; }

    /// <summary>The extents, outermost first.</summary>
    /// <exception cref="InvalidOperationException">The shape is unknown.</exception>
    public ReadOnlySpan<int> Dimensions =>
        _dimensions ?? throw new InvalidOperationException("The shape is not known before the model runs.");

    /// <summary>The extent of dimension <paramref name="axis"/>; <c>^1</c> is the innermost.</summary>
    public int this[Index axis] => Dimensions[axis];

    /// <summary>The extents of neighbouring dimensions.</summary>
    public ReadOnlySpan<int> this[Range axes] => Dimensions[axes];

    /// <summary>Turns an axis as ONNX writes it (negative counts from the end) into 0..rank − 1.</summary>
    /// <exception cref="ShapeException">The axis is not within −rank..rank − 1.</exception>
    public int NormalizeAxis(long axis) => NormalizeAxis(axis, Rank);

    /// <summary>Turns an axis as ONNX writes it (negative counts from the end) into 0..<paramref name="rank"/> − 1.</summary>
    /// <exception cref="ShapeException">The axis is out of bounds.</exception>
    public static int NormalizeAxis(long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw ShapeException.BadAxis(axis, rank);

    /// <summary>Number of elements in the dimensions from <paramref name="start"/> (inclusive) to <paramref name="end"/>
    /// (exclusive).</summary>
    public int LengthOf(int start, int end)
    {
        var length = 1;
        foreach (var extent in Dimensions[start..end]) length *= extent;
        return length;
    }

    /// <summary>The distance in elements between neighbours along each dimension, in row-major order.</summary>
    public int[] GetStrides()
    {
        var strides = new int[Rank];
        for (int axis = Rank - 1, stride = 1; axis >= 0; stride *= Math.Max(1, this[axis]), axis--) strides[axis] = stride;
        return strides;
    }

    /// <summary>A copy with another extent at <paramref name="axis"/>.</summary>
    public Shape With(int axis, int extent)
    {
        var dimensions = Dimensions.ToArray();
        dimensions[axis] = extent;
        return new(dimensions);
    }

    /// <summary>The shape of an element-wise result by the broadcasting rules of numpy and ONNX.</summary>
    /// <exception cref="ShapeException">Two extents differ and neither is 1.</exception>
    public static Shape Broadcast(Shape a, Shape b)
    {
        if (a == b) return a;

        var result = new int[Math.Max(a.Rank, b.Rank)];
        for (var i = 1; i <= result.Length; i++)
        {
            var (x, y) = (i <= a.Rank ? a[^i] : 1, i <= b.Rank ? b[^i] : 1);
            if (x != y && x != 1 && y != 1) throw ShapeException.CannotBroadcast(a, b);
            result[^i] = x == 1 ? y : x;
        }
        return new(result);
    }

    /// <summary>Whether rank and all extents are equal; two unknown shapes are.</summary>
    public bool Equals(Shape other) =>
        IsKnown == other.IsKnown && (!IsKnown || Dimensions.SequenceEqual(other.Dimensions));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (!IsKnown) return 0;
        var hash = new HashCode();
        foreach (var extent in Dimensions) hash.Add(extent);
        return hash.ToHashCode();
    }

    /// <summary>Whether rank and all extents are equal.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether rank or an extent differs.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>For <c>foreach</c>. Spread <see cref="Dimensions"/> and not the shape, whose <see cref="Length"/> is no number of extents:
    /// <c>[1, .. shape.Dimensions]</c>.</summary>
    public ReadOnlySpan<int>.Enumerator GetEnumerator() => Dimensions.GetEnumerator();

    /// <summary><c>[1, 3, 224, 224]</c>, or <c>[?]</c> where unknown.</summary>
    public override string ToString() => IsKnown ? $"[{string.Join(", ", _dimensions!)}]" : "[?]";

    static int CheckedLength(ReadOnlySpan<int> dimensions)
    {
        // A zero anywhere makes the tensor empty, however large the other extents are.
        long length = 1;
        var empty = false;
        for (var i = 0; i < dimensions.Length; i++)
        {
            if (dimensions[i] < 0) throw ShapeException.BadExtent(dimensions[i], i);
            empty |= dimensions[i] == 0;
            if (length <= int.MaxValue && dimensions[i] > 0) length *= dimensions[i];
        }
        if (!empty && length > int.MaxValue) throw ShapeException.TooLarge(dimensions);
        return empty ? 0 : (int)length;
    }
}
