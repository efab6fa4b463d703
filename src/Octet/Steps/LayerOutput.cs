using Octet.Calibration;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Steps;

/// <summary>What a layer made of one sample, before its bias is added, wherever the channels lie.</summary>
/// <param name="Tensor">The sums of products.</param>
/// <param name="Layout">How they divide into channels.</param>
readonly record struct LayerOutput(Tensor Tensor, ChannelLayout Layout)
{
    /// <summary>Floats that are worked on at once: 16 KiB, half of the first-level cache.</summary>
    const int RunLength = 4096;

    /// <summary>A value that needs no bias.</summary>
    public static LayerOutput Of(Tensor tensor) => new(tensor, ChannelLayout.Whole(tensor.Length));

    /// <summary>The sum of each channel without the bias, and the range with it.</summary>
    /// <param name="bias">One for each channel; empty for none, and then no sums are made.</param>
    /// <exception cref="CalibrationException">A value is not finite.</exception>
    public (double[] Sums, ValueRange Range) Measure(ReadOnlySpan<float> bias)
    {
        if (bias.IsEmpty) return ([], CalibrationException.ThrowIfNotFinite(MinMax.Of(Tensor.Floats)));

        var (sums, ranges) = (new double[Layout.Channels], new ValueRange[Layout.Channels]);
        Array.Fill(ranges, ValueRange.Nothing);
        if (Layout.Inner == 1) MeasureRows(sums, ranges);
        else MeasureChannels(sums, ranges);

        var range = ValueRange.Nothing;
        for (var channel = 0; channel < ranges.Length; channel++)
        {
            var (low, high) = CalibrationException.ThrowIfNotFinite(ranges[channel]);
            // Rounding keeps the order of sums, so that the extremes of the sum are the sums of the extremes.
            range = range.Union(new(low + bias[channel], high + bias[channel]));
        }
        return (sums, range);
    }

    /// <summary>Calls <paramref name="use"/> with runs of neighbours that stay in the cache, and the bias of each.</summary>
    /// <param name="bias">One for each channel; empty for none.</param>
    /// <param name="use">Gets the elements, and as many biases; none where there is no bias.</param>
    public void ForEachRun(ReadOnlySpan<float> bias, RunAction use) => ForEachRun(bias, Tensor.Floats, use);

    /// <summary>Copies each run to another place before <paramref name="use"/> gets it there.</summary>
    /// <param name="bias">One for each channel; empty for none.</param>
    /// <param name="to">Of the same layout; may be the tensor itself.</param>
    /// <param name="use">Gets the elements, and as many biases; none where there is no bias.</param>
    public void ForEachRun(ReadOnlySpan<float> bias, Span<float> to, RunAction use)
    {
        using var scratch = new Scratch<float>(Math.Max(RunLength, bias.Length));
        if (bias.IsEmpty || Layout.Inner == 1)
        {
            var rows = bias.IsEmpty ? 0 : Math.Max(1, RunLength / bias.Length);
            for (var row = 0; row < rows; row++) bias.CopyTo(scratch.Span[(row * bias.Length)..]);
            ForEachRun(Tensor.Floats, to, scratch.Span[..(rows * bias.Length)], use);
            return;
        }
        for (var outer = 0; outer < Layout.Outer; outer++)
        {
            for (var channel = 0; channel < Layout.Channels; channel++)
            {
                var addends = scratch.Span[..Math.Min(RunLength, Layout.Inner)];
                addends.Fill(bias[channel]);
                var start = Layout.StartOf(outer, channel);
                ForEachRun(Tensor.Floats.Slice(start, Layout.Inner), to.Slice(start, Layout.Inner), addends, use);
            }
        }
    }

    static void ForEachRun(ReadOnlySpan<float> elements, Span<float> to, ReadOnlySpan<float> addends, RunAction use)
    {
        for (var max = addends.IsEmpty ? RunLength : addends.Length; !elements.IsEmpty;)
        {
            var run = to[..Math.Min(max, elements.Length)];
            if (elements != to) elements[..run.Length].CopyTo(run);
            use(run, addends.IsEmpty ? [] : addends[..run.Length]);
            elements = elements[run.Length..];
            to = to[run.Length..];
        }
    }

    void MeasureChannels(double[] sums, ValueRange[] ranges)
    {
        for (var outer = 0; outer < Layout.Outer; outer++)
        {
            for (var channel = 0; channel < Layout.Channels; channel++)
            {
                var elements = Tensor.Floats.Slice(Layout.StartOf(outer, channel), Layout.Inner);
                sums[channel] += TensorPrimitives.Sum<float>(elements);
                ranges[channel] = ranges[channel].Union(MinMax.Of(elements));
            }
        }
    }

    /// <summary>Some pixels at a time, which stay in the cache, and whose sums are exact enough in float32.</summary>
    void MeasureRows(double[] sums, ValueRange[] ranges)
    {
        var channels = Layout.Channels;
        var rowsAtOnce = Math.Max(1, RunLength / channels);
        using var scratch = new Scratch<float>(3 * channels);
        var subtotals = scratch.Span[..channels];
        var lows = scratch.Span.Slice(channels, channels);
        var highs = scratch.Span[(2 * channels)..];
        lows.Fill(float.PositiveInfinity);
        highs.Fill(float.NegativeInfinity);
        for (var row = 0; row < Layout.Outer; row += rowsAtOnce)
        {
            var elements = Tensor.Floats.Slice(row * channels, Math.Min(rowsAtOnce, Layout.Outer - row) * channels);
            subtotals.Clear();
            ColumnStatistics.Add(elements, subtotals, lows, highs);
            for (var channel = 0; channel < channels; channel++) sums[channel] += subtotals[channel];
        }
        for (var channel = 0; channel < channels; channel++) ranges[channel] = new(lows[channel], highs[channel]);

        // The extremes may have passed over NaN, and huge numbers may have a sum that is none.
        if (!sums.All(double.IsFinite)) MinMax.OfChannels(Tensor.Floats, Layout, ranges);
    }
}

/// <summary>Works on neighbouring elements, to which addends belong.</summary>
delegate void RunAction(Span<float> elements, ReadOnlySpan<float> addends);
