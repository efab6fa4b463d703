using Octet.Numerics;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Steps;

/// <summary>Sums and means of the channels of a layer's output.</summary>
static class ChannelSums
{
    /// <summary>Images [batch, channels, …] and rows [batch, channels].</summary>
    public static ChannelLayout Layout(Tensor output) => ChannelLayout.Of(output.Shape, 1);

    /// <summary>The mean of each channel over all samples.</summary>
    /// <param name="sums">The sum of each channel, for each sample.</param>
    /// <param name="count">How many elements a channel has in all of them.</param>
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
                sums[channel] += TensorPrimitives.Sum<float>(output.Floats.Slice(layout.StartOf(outer, channel), layout.Inner));
            }
        }
        return sums;
    }
}
