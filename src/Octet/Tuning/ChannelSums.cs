using Octet.Calibration;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Tuning;

/// <summary>What calibration asks of the output of a layer: the sum of each channel, and the range with a bias added.</summary>
static class ChannelSums
{
    /// <summary>Images [batch, channels, …] and rows [batch, channels].</summary>
    public static ChannelLayout Layout(Tensor output) => ChannelLayout.Of(output.Shape, 1);

    /// <summary>The mean of each channel over all samples.</summary>
    /// <param name="outputs">One tensor a sample, [batch, channels, …].</param>
    /// <param name="forEach">Calls its argument for each sample.</param>
    public static double[] Means(IReadOnlyList<Tensor> outputs, Action<Action<int>> forEach)
    {
        var sums = new double[outputs.Count][];
        forEach(index => sums[index] = Of(outputs[index]));
        var count = outputs.Sum(output => (long)Layout(output).Outer * Layout(output).Inner);
        return Means(sums, count);
    }

    /// <summary>The same of sums and the number of elements of a channel.</summary>
    public static double[] Means(IReadOnlyList<double[]> sums, long count)
    {
        var means = new double[sums[0].Length];
        foreach (var sum in sums)
        {
            for (var channel = 0; channel < means.Length; channel++) means[channel] += sum[channel];
        }
        for (var channel = 0; channel < means.Length; channel++) means[channel] /= count;
        return means;
    }

    /// <summary>The sum of each channel.</summary>
    public static double[] Of(Tensor output)
    {
        var layout = Layout(output);
        var sums = new double[layout.Channels];
        for (var outer = 0; outer < layout.Outer; outer++)
        {
            for (var channel = 0; channel < layout.Channels; channel++)
            {
                sums[channel] += TensorPrimitives.Sum<float>(output.Floats.Slice(layout.Start(outer, channel), layout.Inner));
            }
        }
        return sums;
    }

    /// <summary>The range of a layer's output.</summary>
    /// <param name="output">Without its bias.</param>
    /// <param name="bias">One for each channel; empty for none.</param>
    public static ValueRange Range(Tensor output, ReadOnlySpan<float> bias)
    {
        var layout = bias.IsEmpty ? ChannelLayout.Whole(output.Length) : Layout(output);
        var range = ValueRange.Nothing;
        for (var outer = 0; outer < layout.Outer; outer++)
        {
            for (var channel = 0; channel < layout.Channels; channel++)
            {
                var part = CalibrationException.ThrowIfNotFinite(MinMax.Of(output.Floats.Slice(layout.Start(outer, channel), layout.Inner)));
                var addend = bias.IsEmpty ? 0 : bias[channel];
                // Rounding keeps the order of sums, so that the extremes of the sum are the sums of the extremes.
                range = range.Union(new(part.Low + addend, part.High + addend));
            }
        }
        return range;
    }

    /// <summary>Calls <paramref name="use"/> with the elements of each channel and its bias.</summary>
    public static void ForEachChannel(Tensor output, ReadOnlySpan<float> bias, ChannelAction use)
    {
        var layout = bias.IsEmpty ? ChannelLayout.Whole(output.Length) : Layout(output);
        for (var outer = 0; outer < layout.Outer; outer++)
        {
            for (var channel = 0; channel < layout.Channels; channel++)
            {
                use(output.Floats.Slice(layout.Start(outer, channel), layout.Inner), bias.IsEmpty ? 0 : bias[channel]);
            }
        }
    }
}

/// <summary>Works on the elements of one channel.</summary>
delegate void ChannelAction(Span<float> elements, float bias);
