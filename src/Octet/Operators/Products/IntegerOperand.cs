using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>An int8 or uint8 operand of an integer operator, with its zero points.</summary>
static class IntegerOperand
{
    /// <summary>Checks that an operand is int8 or uint8, and its zero points of the same type.</summary>
    public static void Check(TensorInfo integers, TensorInfo? zeroPoints)
    {
        if (integers.Type is not (DataType.Int8 or DataType.UInt8)) throw OperatorException.UnsupportedType(integers.Type);
        if (zeroPoints is not null && zeroPoints.Type != integers.Type)
        {
            throw new OperatorException($"a zero point of type {zeroPoints.Type.DisplayName} does not fit integers of "
                + $"type {integers.Type.DisplayName}");
        }
    }

    /// <summary>Checks that scales or zero points are one, or one for each of some channels.</summary>
    /// <param name="parameters">Null where they are left out.</param>
    /// <param name="what">Their name, for the message.</param>
    /// <param name="channelCounts">The numbers that are allowed besides one.</param>
    public static void CheckCount(TensorInfo? parameters, string what, params ReadOnlySpan<long> channelCounts)
    {
        if (parameters is null || parameters.Shape.Length == 1 || channelCounts.Contains(parameters.Shape.Length)) return;
        throw new ShapeException($"{what} has shape {parameters.Shape}; one value, or one for each "
            + $"of {(channelCounts.IsEmpty ? 1 : channelCounts[0])} channel(s), is expected");
    }

    /// <summary>Checks that scales are float32 (or narrower) and that there are as many as allowed.</summary>
    public static void CheckScale(TensorInfo scales, string what, params ReadOnlySpan<long> channelCounts)
    {
        if (scales.Type is not (DataType.Float32 or DataType.Float16 or DataType.BFloat16))
            throw OperatorException.UnsupportedType(scales.Type);
        CheckCount(scales, what, channelCounts);
    }

    /// <summary>The zero point of channel <paramref name="index"/>; they repeat where there are fewer. Zero where they are left
    /// out.</summary>
    public static int ZeroPoint(Tensor? zeroPoints, int index = 0) =>
        zeroPoints is null ? 0
        : zeroPoints.Type == DataType.Int8 ? zeroPoints.AsSpan<sbyte>()[index % zeroPoints.Length]
        : zeroPoints.AsSpan<byte>()[index % zeroPoints.Length];

    /// <summary>The least and the greatest integer of a type of 8 bits.</summary>
    public static (int Low, int High) Limits(DataType type) =>
        type == DataType.Int8 ? (sbyte.MinValue, sbyte.MaxValue) : (byte.MinValue, byte.MaxValue);

    /// <summary>Writes <c>integers − zeroPoint</c>, each channel with its own zero point.</summary>
    /// <param name="integers">int8 or uint8.</param>
    /// <param name="zeroPoints">One, one for each channel, or null.</param>
    /// <param name="layout">Where the channels lie in <paramref name="integers"/>.</param>
    /// <param name="differences">As many as there are integers.</param>
    public static void WriteDifferences(Tensor integers, Tensor? zeroPoints, ChannelLayout layout, Span<int> differences)
    {
        if (zeroPoints is null or { Length: 1 }) layout = ChannelLayout.Whole(integers.Length);
        for (var run = 0; run < layout.Outer * layout.Channels; run++)
        {
            var zeroPoint = ZeroPoint(zeroPoints, run % layout.Channels);
            var start = run * layout.Inner;
            var target = differences.Slice(start, layout.Inner);
            if (integers.Type == DataType.Int8)
                IntegerDifference.Subtract(integers.AsSpan<sbyte>().Slice(start, layout.Inner), zeroPoint, target);
            else IntegerDifference.Subtract(integers.AsSpan<byte>().Slice(start, layout.Inner), zeroPoint, target);
        }
    }

    /// <summary>Turns neighbouring sums into int8 or uint8 outputs, as <see cref="LinearQuantizer.Requantize(int, float, int, int, int)"/>
    /// does.</summary>
    public static void Requantize(ReadOnlySpan<int> sums, Tensor output, int start, float multiplier, int zeroPoint)
    {
        var (low, high) = Limits(output.Type);
        if (sums.Length == 1) output.Bytes[start] = (byte)LinearQuantizer.Requantize(sums[0], multiplier, zeroPoint, low, high);
        else if (output.Type == DataType.Int8)
            LinearQuantizer.Requantize(sums, output.AsSpan<sbyte>().Slice(start, sums.Length), multiplier, zeroPoint, low, high);
        else LinearQuantizer.Requantize(sums, output.AsSpan<byte>().Slice(start, sums.Length), multiplier, zeroPoint, low, high);
    }
}
