using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Octet.Numerics;

namespace Octet.Kernels;

/// <summary>The smallest and the largest of many values, and whether all of them are finite, in one reading.</summary>
static class MinMax
{
    /// <summary>The range of the values; <see cref="ValueRange.Nothing"/> if there are none.</summary>
    /// <returns>
    /// A finite range if all values are finite; else one with an infinite or NaN end: NaN at both if any value is NaN.
    /// An end at zero is +0, so that the bits do not depend on the order of values.
    /// </returns>
    /// <remarks>
    /// Compares the bits of floats as integers. Of numbers of one sign, greater bits mean a greater magnitude; infinities lie above all
    /// numbers and NaN above those, so nothing that is not finite goes unnoticed, which the float instructions do not promise. As signed
    /// integers, the greatest bits belong to the largest value that is not negative; as unsigned ones, the greatest belong to the most
    /// negative value, and the least to the value that is left where one of the signs is missing.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ValueRange Of(ReadOnlySpan<float> values)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<int>>(values);
        if (vectors.Length < 4) return Reference(values);

        ref var first = ref MemoryMarshal.GetReference(vectors);
        // Four chains, since a comparison takes longer than the time between two loads.
        Vector<int> top0 = new(int.MinValue), top1 = top0, top2 = top0, top3 = top0;
        Vector<uint> most0 = Vector<uint>.Zero, most1 = most0, most2 = most0, most3 = most0;
        Vector<uint> least0 = Vector<uint>.AllBitsSet, least1 = least0, least2 = least0, least3 = least0;
        var i = 0;
        for (; i <= vectors.Length - 4; i += 4)
        {
            var (x0, x1) = (Unsafe.Add(ref first, i), Unsafe.Add(ref first, i + 1));
            var (x2, x3) = (Unsafe.Add(ref first, i + 2), Unsafe.Add(ref first, i + 3));
            (top0, most0, least0) =
                (Vector.Max(top0, x0), Vector.Max(most0, Vector.AsVectorUInt32(x0)), Vector.Min(least0, Vector.AsVectorUInt32(x0)));
            (top1, most1, least1) =
                (Vector.Max(top1, x1), Vector.Max(most1, Vector.AsVectorUInt32(x1)), Vector.Min(least1, Vector.AsVectorUInt32(x1)));
            (top2, most2, least2) =
                (Vector.Max(top2, x2), Vector.Max(most2, Vector.AsVectorUInt32(x2)), Vector.Min(least2, Vector.AsVectorUInt32(x2)));
            (top3, most3, least3) =
                (Vector.Max(top3, x3), Vector.Max(most3, Vector.AsVectorUInt32(x3)), Vector.Min(least3, Vector.AsVectorUInt32(x3)));
        }

        var tops = Vector.Max(Vector.Max(top0, top1), Vector.Max(top2, top3));
        var mosts = Vector.Max(Vector.Max(most0, most1), Vector.Max(most2, most3));
        var leasts = Vector.Min(Vector.Min(least0, least1), Vector.Min(least2, least3));
        var (top, max, min) = (int.MinValue, uint.MinValue, uint.MaxValue);
        for (var lane = 0; lane < Vector<int>.Count; lane++)
        {
            (top, max, min) = (Math.Max(top, tops[lane]), Math.Max(max, mosts[lane]), Math.Min(min, leasts[lane]));
        }
        var low = BitConverter.UInt32BitsToSingle((int)max < 0 ? max : min);
        var high = BitConverter.UInt32BitsToSingle(top >= 0 ? (uint)top : min);
        var range = new ValueRange(low, high).Union(Reference(values[(i * Vector<int>.Count)..]));
        return Normalized(range);
    }

    /// <summary>The definition.</summary>
    internal static ValueRange Reference(ReadOnlySpan<float> values)
    {
        var range = ValueRange.Nothing;
        foreach (var value in values) range = range.Union(new(value, value));
        return Normalized(range);
    }

    /// <summary>The ranges of the channels of a tensor.</summary>
    /// <param name="values">The tensor's elements.</param>
    /// <param name="layout">How they divide into channels.</param>
    public static ValueRange[] OfChannels(ReadOnlySpan<float> values, ChannelLayout layout)
    {
        var ranges = new ValueRange[layout.Channels];
        Array.Fill(ranges, ValueRange.Nothing);
        OfChannels(values, layout, ranges);
        return ranges;
    }

    /// <summary>The ranges of the channels of a tensor, each united with what <paramref name="ranges"/> holds already.</summary>
    /// <param name="values">The tensor's elements.</param>
    /// <param name="layout">How they divide into channels.</param>
    /// <param name="ranges">One a channel.</param>
    public static void OfChannels(ReadOnlySpan<float> values, ChannelLayout layout, Span<ValueRange> ranges)
    {
        if (layout.Inner == 1)
        {
            OfColumns(values, layout, ranges);
            return;
        }
        for (var outer = 0; outer < layout.Outer; outer++)
        {
            for (var channel = 0; channel < layout.Channels; channel++)
            {
                ranges[channel] = ranges[channel].Union(Of(values.Slice(layout.StartOf(outer, channel), layout.Inner)));
            }
        }
    }

    /// <summary>Channels that are innermost lie side by side, so whole rows are compared at once.</summary>
    static void OfColumns(ReadOnlySpan<float> values, ChannelLayout layout, Span<ValueRange> ranges)
    {
        using var scratch = new Scratch<float>(2 * layout.Channels);
        var lows = scratch.Span[..layout.Channels];
        var highs = scratch.Span[layout.Channels..];
        lows.Fill(float.PositiveInfinity);
        highs.Fill(float.NegativeInfinity);
        for (var outer = 0; outer < layout.Outer; outer++)
        {
            var row = values.Slice(layout.StartOf(outer, 0), layout.Channels);
            TensorPrimitives.Min(lows, row, lows);
            TensorPrimitives.Max(highs, row, highs);
        }
        for (var channel = 0; channel < layout.Channels; channel++)
            ranges[channel] = Normalized(ranges[channel].Union(new(lows[channel], highs[channel])));
    }

    /// <summary>NaN at one end stands for both. Adding zero leaves every number as it is but −0, which becomes +0.</summary>
    static ValueRange Normalized(ValueRange range) =>
        float.IsNaN(range.Low) || float.IsNaN(range.High) ? new(float.NaN, float.NaN) : new(range.Low + 0f, range.High + 0f);
}
