using Octet.Calibration;
using Octet.Graphs;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Steps;

/// <summary>
/// Shares out the ranges of channels between the layers that make them and those that read them, so that one scale for a whole weight suits
/// all of its channels. The float function stays what it is.
/// </summary>
/// <remarks>
/// Along a <see cref="ChannelLink"/>, channel c can be divided by any positive factor where it is made if it is multiplied by it where it
/// is read. The factor <c>sqrt(r₁ / r₂)</c> makes both ranges equal; r is the greatest magnitude of the channel's weights as a share of the
/// layer's, the largest of several layers. A bound above zero (ReLU6) allows that only to channels that never reach it, before and after:
/// those that do keep their factor of 1. No channel's bias outgrows the greatest of its layer, or channels that are always zero would.
/// Links are gone through until nothing changes much. Source: Nagel et al. 2019, arXiv:1906.04721, section 4.1; the rules for bounds,
/// biases and residual streams are Octet's.
/// </remarks>
static class Equalization
{
    const int MaxSweeps = 20;

    /// <summary>Sweeps end when no factor is farther from 1 than this.</summary>
    const float Settled = 0.02f;

    /// <summary>How near a channel may come to the bound of its activation.</summary>
    const float ShareOfBound = 0.99f;

    /// <summary>The values before bounded activations, whose greatest element of each channel has to be known.</summary>
    public static IReadOnlyList<Value> BoundedValues(Graph graph) => BoundedIn(ChannelLink.FindAll(graph));

    static IReadOnlyList<Value> BoundedIn(IEnumerable<ChannelLink> links) =>
        [.. links.SelectMany(link => link.Bounded).Select(node => node.Inputs[0]!).Distinct()];

    /// <summary>Equalizes a graph in place.</summary>
    /// <param name="graph">A prepared graph, whose constants may be replaced.</param>
    /// <param name="maximaOf">The greatest element of each channel of the <see cref="BoundedValues"/>.</param>
    /// <returns>The number of links that were equalized.</returns>
    public static int Apply(Graph graph, Func<Value, float[]> maximaOf) =>
        Rescale(graph, maximaOf, (made, read, _) => MathF.Sqrt(made / read), MaxSweeps);

    /// <summary>Divides channels by factors and lets the next layers multiply by them, as far as bounds allow.</summary>
    /// <param name="graph">As above.</param>
    /// <param name="maximaOf">As above.</param>
    /// <param name="factorOf">Gives the factor of a channel: from its share of the range where it is made, and where it is read, and its
    /// index.</param>
    /// <param name="sweeps">How often to go through all links at most.</param>
    internal static int Rescale(Graph graph, Func<Value, float[]> maximaOf, Func<float, float, int, float> factorOf, int sweeps)
    {
        var links = ChannelLink.FindAll(graph);
        var maxima = BoundedIn(links).ToDictionary(value => value, maximaOf);
        foreach (var (link, activation) in links.SelectMany(link => link.Bounded.Select(activation => (link, activation))))
            CalibrationException.ThrowIfNotOfChannels(
                activation.Inputs[0]!.Name, maxima[activation.Inputs[0]!].Length, MadeLayout(link.Makers[0]).Channels);
        foreach (var layer in links.SelectMany(link => link.Makers.Concat(link.Readers)).Distinct()) OwnConstants(layer);
        for (var sweep = 0; sweep < sweeps; sweep++)
        {
            var farthest = 0f;
            foreach (var link in links) farthest = Math.Max(farthest, Rescale(link, maxima, factorOf));
            if (farthest < Settled) break;
        }
        return links.Count;
    }

    /// <summary>Gives a layer constants of its own.</summary>
    static void OwnConstants(Node layer)
    {
        foreach (var index in new[] { 1, 2 })
        {
            if (layer.InputOrNull(index) is not { Constant: { } constant } value) continue;
            if (value.Consumers.Count == 1) value.Constant = constant.Clone();
            else layer.SetInput(index,
                layer.Graph.AddConstant(layer.Graph.UniqueName($"{value.Name}_{layer.Output.Name}"), constant.Clone()));
        }
    }

    /// <returns>How far the farthest factor is from 1.</returns>
    static float Rescale(ChannelLink link, Dictionary<Value, float[]> maxima, Func<float, float, int, float> factorOf)
    {
        var (made, read) = (Shares(link.Makers, MadeLayout), Shares(link.Readers, ReadLayout));
        var farthest = 0f;
        for (var channel = 0; channel < made.Length; channel++)
        {
            // A channel without weights on one side has nothing to share.
            if (made[channel] == 0 || read[channel] == 0) continue;
            if (Limited(link, maxima, channel, factorOf(made[channel], read[channel], channel)) is not { } factor) continue;

            farthest = Math.Max(farthest, Math.Abs(factor - 1));
            foreach (var maker in link.Makers)
            {
                Scale(Weights(maker), MadeLayout(maker), channel, 1 / factor);
                if (Bias(maker) is { } bias) bias.Floats[channel] /= factor;
            }
            foreach (var reader in link.Readers) Scale(Weights(reader), ReadLayout(reader), channel, factor);
            foreach (var activation in link.Bounded) maxima[activation.Inputs[0]!][channel] /= factor;
        }
        return farthest;
    }

    /// <summary>The factor as far as bounds and biases allow it; null for a channel that has to stay as it is.</summary>
    static float? Limited(ChannelLink link, Dictionary<Value, float[]> maxima, int channel, float factor)
    {
        foreach (var bias in link.Makers.Select(Bias).OfType<Tensor>())
        {
            var share = Math.Abs(bias.Floats[channel]) / MinMax.Of(bias.Floats).Magnitude;
            if (factor < share) factor = share;
        }
        foreach (var activation in link.Bounded)
        {
            var (maximum, bound) = (maxima[activation.Inputs[0]!][channel], ShareOfBound * activation.Limits!.Value.High);
            if (maximum > bound) return null;
            factor = Math.Max(factor, maximum / bound);
        }
        return factor;
    }

    static Tensor Weights(Node layer) => layer.LayerWeight!.Constant!;

    static Tensor? Bias(Node layer) => layer.LayerBias?.Constant;

    static ChannelLayout MadeLayout(Node layer) => ChannelLayout.Of(Weights(layer).Shape, 0);

    static ChannelLayout ReadLayout(Node layer) => ChannelLayout.Of(Weights(layer).Shape, layer.Operator.Weights!.Groups > 1 ? 0 : 1);

    /// <summary>The greatest weight of each channel as a share of the layer's greatest; the largest share of several layers.</summary>
    static float[] Shares(IEnumerable<Node> layers, Func<Node, ChannelLayout> layoutOf) => layers.Select(layer =>
    {
        var magnitudes = Array.ConvertAll(MinMax.OfChannels(Weights(layer).Floats, layoutOf(layer)), range => range.Magnitude);
        var max = magnitudes.Max();
        return max == 0 ? magnitudes : Array.ConvertAll(magnitudes, magnitude => magnitude / max);
    }).Aggregate((all, next) => [.. all.Zip(next, Math.Max)]);

    static void Scale(Tensor weights, ChannelLayout layout, int channel, float factor)
    {
        for (var outer = 0; outer < layout.Outer; outer++)
        {
            foreach (ref var weight in weights.Floats.Slice(layout.StartOf(outer, channel), layout.Inner)) weight *= factor;
        }
    }
}
