using Octet.Tensors;

namespace Octet.Steps;

/// <summary>How far the bias of each output channel has to move so that the layer gives on average what the float model gives.</summary>
/// <remarks>
/// The idea is that of Nagel et al. 2019 (arXiv:1906.04721, section 4.2), with one difference: an error counts no more than the mean
/// magnitude of the channel's errors. Where a few elements saturate, their large errors are their own and no shift that all elements share;
/// to spread them over all cost YOLOX-Nano half of its average precision.
/// </remarks>
static class BiasCorrection
{
    /// <param name="wanted">What the float model gives, [batch, channels, …], one tensor a sample.</param>
    /// <param name="sums">What the rounded layer gives without its bias; the same shapes.</param>
    /// <param name="bias">One for each channel; moved in place.</param>
    /// <param name="forEach">Calls its argument for each sample.</param>
    public static void Move(IReadOnlyList<Tensor> wanted, IReadOnlyList<Tensor> sums, float[] bias, Action<Action<int>> forEach)
    {
        var count = wanted.Sum(tensor => (long)tensor.Length) / bias.Length;
        if (count == 0) return;
        var magnitudes = Mean(static (error, _) => Math.Abs(error), new double[bias.Length]);
        var shifts = Mean(static (error, max) => Math.Clamp(error, -max, max), magnitudes);
        for (var channel = 0; channel < bias.Length; channel++) bias[channel] += (float)shifts[channel];

        double[] Mean(Func<double, double, double> share, double[] mosts)
        {
            var totals = new double[wanted.Count][];
            forEach(index => totals[index] = Total(wanted[index], sums[index], bias, share, mosts));
            return ChannelSums.Means(totals, count);
        }
    }

    static double[] Total(Tensor wanted, Tensor sums, float[] bias, Func<double, double, double> share, double[] mosts)
    {
        var layout = ChannelSums.Layout(wanted);
        var totals = new double[layout.Channels];
        for (var outer = 0; outer < layout.Outer; outer++)
        {
            for (var channel = 0; channel < layout.Channels; channel++)
            {
                var start = layout.StartOf(outer, channel);
                var real = wanted.Floats.Slice(start, layout.Inner);
                var here = sums.Floats.Slice(start, layout.Inner);
                for (var i = 0; i < real.Length; i++) totals[channel] += share(real[i] - ((double)here[i] + bias[channel]), mosts[channel]);
            }
        }
        return totals;
    }
}
