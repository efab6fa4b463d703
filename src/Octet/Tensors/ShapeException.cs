namespace Octet.Tensors;

/// <summary>Extents that are not valid, or that do not fit each other. The caller that runs a node adds the node's name.</summary>
public sealed class ShapeException(string message) : OctetException(message)
{
    internal static ShapeException BadExtent(long extent, int axis) =>
        new($"dimension {axis} has extent {extent}; an extent lies between 0 and {int.MaxValue}");

    internal static ShapeException BadAxis(long axis, int rank) =>
        new($"axis {axis} is out of bounds for {rank} dimension(s)");

    internal static ShapeException TooLarge(ReadOnlySpan<int> dimensions) =>
        new($"shape [{string.Join(", ", dimensions.ToArray())}] has more than {int.MaxValue} elements");

    internal static ShapeException CannotBroadcast(Shape a, Shape b) =>
        new($"shapes {a} and {b} cannot be broadcast: extents must be equal, or one of them 1");
}
