using Octet.Tensors;

namespace Octet.Graphs;

/// <summary>One extent as a model declares it: a number, a name such as <c>N</c> that stands for any number, or neither.</summary>
public readonly record struct Dimension(int? Extent, string? Symbol = null)
{
    public static implicit operator Dimension(int extent) => new(extent);

    public override string ToString() => Extent?.ToString() ?? Symbol ?? "?";
}

/// <summary>A shape as a model declares it or as inference found it; extents may be open until the model runs.</summary>
public sealed class SymbolicShape(params IReadOnlyList<Dimension> dimensions) : IEquatable<SymbolicShape>
{
    public IReadOnlyList<Dimension> Dimensions { get; } = dimensions;

    public int Rank => Dimensions.Count;

    public bool IsKnown => Dimensions.All(dimension => dimension.Extent is not null);

    public static SymbolicShape From(Shape shape) => new([.. shape.Dimensions.ToArray().Select(extent => (Dimension)extent)]);

    /// <summary>The shape with every open extent set by <paramref name="choose"/>, which gets the axis.</summary>
    public Shape Fill(Func<int, Dimension, int> choose) =>
        new([.. Dimensions.Select((dimension, axis) => dimension.Extent ?? choose(axis, dimension))]);

    /// <summary>Whether a tensor of this shape may stand where the declared shape is expected.</summary>
    public bool Admits(Shape shape) =>
        shape.Rank == Rank
        && Dimensions.Select((dimension, axis) => dimension.Extent is null || dimension.Extent == shape[axis]).All(fits => fits);

    public bool Equals(SymbolicShape? other) => other is not null && Dimensions.SequenceEqual(other.Dimensions);

    public override bool Equals(object? obj) => Equals(obj as SymbolicShape);

    public override int GetHashCode() => Dimensions.Aggregate(Rank, HashCode.Combine);

    /// <summary><c>[N, 3, 224, 224]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", Dimensions)}]";
}
