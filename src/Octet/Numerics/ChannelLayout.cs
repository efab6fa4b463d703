using Octet.Tensors;

namespace Octet.Numerics;

/// <summary>A row-major tensor seen as [<paramref name="Outer"/>, <paramref name="Channels"/>, <paramref name="Inner"/>]: how its memory
/// divides into channels.</summary>
/// <param name="Outer">Product of the extents before the channel axis.</param>
/// <param name="Channels">The extent of the channel axis.</param>
/// <param name="Inner">Product of the extents after it: so many neighbours in memory belong to one channel.</param>
public readonly record struct ChannelLayout(int Outer, int Channels, int Inner)
{
    /// <summary>The whole tensor as one channel.</summary>
    public static ChannelLayout Whole(int length) => new(1, 1, length);

    /// <summary>Where the channels of a tensor of this shape lie.</summary>
    /// <param name="shape">Any known shape.</param>
    /// <param name="axis">The channel axis, 0..rank − 1; null takes the whole tensor as one channel.</param>
    public static ChannelLayout Of(Shape shape, int? axis) =>
        axis is { } a ? new(shape.LengthOf(0, a), shape[a], shape.LengthOf(a + 1, shape.Rank)) : Whole(shape.Length);

    /// <summary>Number of elements.</summary>
    public int Length => Outer * Channels * Inner;

    /// <summary>Where the run of neighbours of one channel begins.</summary>
    public int StartOf(int outer, int channel) => (outer * Channels + channel) * Inner;
}
