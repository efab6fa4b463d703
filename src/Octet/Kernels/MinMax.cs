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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ValueRange Of(ReadOnlySpan<float> values)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        if (vectors.Length < 4) return Reference(values);

        // Four chains, since a minimum takes several cycles but two or more can begin in each.
        Vector<float> low0 = vectors[0], low1 = vectors[1], low2 = vectors[2], low3 = vectors[3];
        Vector<float> high0 = low0, high1 = low1, high2 = low2, high3 = low3;
        // Zero times a value is zero, but NaN for infinities and NaN: whatever a native minimum makes of NaN, none goes unnoticed.
        Vector<float> wrong0 = Vector<float>.Zero, wrong1 = wrong0, wrong2 = wrong0, wrong3 = wrong0;
        ref var first = ref MemoryMarshal.GetReference(vectors);
        var i = 0;
        for (; i <= vectors.Length - 4; i += 4)
        {
            var (x0, x1) = (Unsafe.Add(ref first, i), Unsafe.Add(ref first, i + 1));
            var (x2, x3) = (Unsafe.Add(ref first, i + 2), Unsafe.Add(ref first, i + 3));
            (low0, high0) = (Vector.MinNative(low0, x0), Vector.MaxNative(high0, x0));
            (low1, high1) = (Vector.MinNative(low1, x1), Vector.MaxNative(high1, x1));
            (low2, high2) = (Vector.MinNative(low2, x2), Vector.MaxNative(high2, x2));
            (low3, high3) = (Vector.MinNative(low3, x3), Vector.MaxNative(high3, x3));
            wrong0 = Vector.MultiplyAddEstimate(x0, Vector<float>.Zero, wrong0);
            wrong1 = Vector.MultiplyAddEstimate(x1, Vector<float>.Zero, wrong1);
            wrong2 = Vector.MultiplyAddEstimate(x2, Vector<float>.Zero, wrong2);
            wrong3 = Vector.MultiplyAddEstimate(x3, Vector<float>.Zero, wrong3);
        }
        if (float.IsNaN(Vector.Sum(wrong0 + wrong1 + (wrong2 + wrong3)))) return Reference(values);

        var lows = Vector.MinNative(Vector.MinNative(low0, low1), Vector.MinNative(low2, low3));
        var highs = Vector.MaxNative(Vector.MaxNative(high0, high1), Vector.MaxNative(high2, high3));
        var range = Reference(values[(i * Vector<float>.Count)..]);
        for (var lane = 0; lane < Vector<float>.Count; lane++) range = range.Union(new(lows[lane], highs[lane]));
        return WithPositiveZeros(range);
    }

    /// <summary>The definition.</summary>
    internal static ValueRange Reference(ReadOnlySpan<float> values)
    {
        var range = ValueRange.Nothing;
        foreach (var value in values) range = range.Union(new(value, value));
        return WithPositiveZeros(range);
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
                ranges[channel] = ranges[channel].Union(Of(values.Slice(layout.Start(outer, channel), layout.Inner)));
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
            var row = values.Slice(layout.Start(outer, 0), layout.Channels);
            TensorPrimitives.Min(lows, row, lows);
            TensorPrimitives.Max(highs, row, highs);
        }
        for (var channel = 0; channel < layout.Channels; channel++) ranges[channel] = WithPositiveZeros(ranges[channel].Union(new(lows[channel], highs[channel])));
    }

    /// <summary>Adding zero leaves every number as it is but −0, which becomes +0.</summary>
    static ValueRange WithPositiveZeros(ValueRange range) => new(range.Low + 0f, range.High + 0f);
}
