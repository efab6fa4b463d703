namespace Octet.Operators;

/// <summary>Which operators compute alike wherever channels lie, once their axes are named anew.</summary>
static class ChannelsLastForm
{
    /// <summary>
    /// The operator that does to images with channels last what <paramref name="op"/> does to images of <paramref name="rank"/> dimensions
    /// with channels first, where all its operands are such images or constants that are broadcast to them; null if there is none.
    /// </summary>
    public static Operator? OfBroadcasting(Operator op, int rank) => op switch
    {
        UnaryOperator or Clip or Identity or BinaryArithmetic or VariadicArithmetic or Where or PRelu { SlopePerChannel: false } => op,
        TableLookup or QLinearBinary => op,
        Concat concat => concat with { Axis = ChannelsLastLayout.AxisOf(concat.Axis, rank) },
        QLinearConcat concat => concat with { Axis = ChannelsLastLayout.AxisOf(concat.Axis, rank) },
        _ => null,
    };

    /// <summary>The same for operators of one image, whose other operands stay as they are; the results are images too.</summary>
    /// <remarks>Operators that add up elements are not among them: where these lie in another order, sums end in other bits.</remarks>
    public static Operator? OfOneImage(Operator op, int rank) => op switch
    {
        Split split => split with { Axis = ChannelsLastLayout.AxisOf(split.Axis, rank) },
        QuantizeLinear quantize => quantize with { Axis = ChannelsLastLayout.AxisOf(quantize.Axis, rank) },
        DequantizeLinear dequantize => dequantize with { Axis = ChannelsLastLayout.AxisOf(dequantize.Axis, rank) },
        Resize resize =>
            resize with { ResizedAxes = Renamed(resize.ResizedAxes ?? [.. Enumerable.Range(0, rank).Select(axis => (long)axis)], rank) },
        LearnedFakeQuantize learned =>
            learned with { Axis = learned.Axis is { } channels ? ChannelsLastLayout.AxisOf(channels, rank) : null },
        FollowingFakeQuantize => op,
        FakeQuantize { Parameters: var parameters } => new FakeQuantize(
            parameters with { Axis = parameters.Axis is { } axis ? ChannelsLastLayout.AxisOf(axis, rank) : null }),
        _ => null,
    };

    public static long[] Renamed(long[] axes, int rank) => Array.ConvertAll(axes, axis => (long)ChannelsLastLayout.AxisOf(axis, rank));
}
