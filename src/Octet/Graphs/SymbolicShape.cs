using Octet.Tensors;

namespace Octet.Graphs;

/// <summary>One extent as a model declares it: a number, a name such as <c>N</c> that stands for any number, or neither.</summary>
public readonly record struct Dimension(int? Extent, string? Symbol = null)
{
    /// <summary>An extent that is known.</summary>
    public static implicit operator Dimension(int extent) => new(extent);

    /// <summary>The number, the name, or <c>?</c>.</summary>
    public override string ToString() => Extent?.ToString() ?? Symbol ?? "?";
}

/// <summary>A shape as a model declares it or as inference found it; extents may be open until the model runs.</summary>
public sealed class SymbolicShape(params IReadOnlyList<Dimension> dimensions) : IEquatable<SymbolicShape>
{
    /// <summary>Outermost first.</summary>
    public IReadOnlyList<Dimension> Dimensions { get; } = dimensions ?? throw new ArgumentNullException(nameof(dimensions));

    /// <summary>The number of dimensions.</summary>
    public int Rank => Dimensions.Count;

    /// <summary>Whether every extent is a number.</summary>
    public bool IsKnown => Dimensions.All(dimension => dimension.Extent is not null);

    /// <summary>The shape of a tensor: every extent a number.</summary>
    public static SymbolicShape From(Shape shape) => new([.. shape.Dimensions.ToArray().Select(extent => (Dimension)extent)]);

    /// <summary>The shape with every open extent set by <paramref name="choose"/>, which gets the axis.</summary>
    public Shape Fill(Func<int, Dimension, int> choose) =>
        new([.. Dimensions.Select((dimension, axis) => dimension.Extent ?? choose(axis, dimension))]);

    /// <summary>Whether a tensor of this shape may stand where the declared shape is expected.</summary>
    public bool Admits(Shape shape) =>
        shape.Rank == Rank
        && Dimensions.Select((dimension, axis) => dimension.Extent is null || dimension.Extent == shape[axis]).All(fits => fits);

    /// <summary>Whether all extents and names are equal.</summary>
    public bool Equals(SymbolicShape? other) => other is not null && Dimensions.SequenceEqual(other.Dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SymbolicShape);

    /// <inheritdoc/>
    public override int GetHashCode() => Dimensions.Aggregate(Rank, HashCode.Combine);

    /// <summary><c>[N, 3, 224, 224]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", Dimensions)}]";
}
