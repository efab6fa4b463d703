using Octet.Graphs;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>
/// Brings the channels of a layer followed by a gate (SiLU, HardSwish) to one order of magnitude, where they differ so much that a
/// scale for all of them would leave the small ones no integers. The next layers undo it in their weights.
/// </summary>
/// <remarks>
/// Channel c of the layer is multiplied by a power of two near <c>sqrt(r₂ / r₁)</c>, of its greatest weights in the layer (r₁) and in the
/// next ones (r₂), and divided by it in the weights of the next. Behind a ReLU that would be all. A gate needs the value as it was: a
/// multiplication in front of it divides too, in floats, as the gate itself then is. Powers of two change no digit of a float: the model
/// computes what it did, but for the last bit where an engine fuses a gate with its product. Values that hold something else than before
/// get other names. Source: Nagel et al. 2019, arXiv:1906.04721, section 4.1, where activations are ReLUs; gates and the rounding are
/// Octet's.
/// </remarks>
public sealed class EqualizeGates : IGraphPass
{
    /// <summary>Where the largest factor is so many times the least, the smallest channel has lost four of its eight bits.</summary>
    const float MinSpread = 16;

    /// <summary>The base-2 logarithm of the greatest factor.</summary>
    const int MaxOctaves = 8;

    /// <inheritdoc/>
    public string Name => "equalize-gates";

    /// <summary>Whether any place of the graph would change.</summary>
    internal static bool AppliesTo(Graph graph) => GatedActivation.In(graph).Any(gated => FactorsOf(gated) is not null);

    /// <inheritdoc/>
    /// <remarks>What is equalized already stays as it is.</remarks>
    public int Apply(Graph graph)
    {
        var changed = 0;
        foreach (var gated in GatedActivation.In(graph).ToArray())
        {
            if (FactorsOf(gated) is not { } factors) continue;
            Scale(gated.Layer, ChannelLayout.Of(Weight(gated.Layer).Shape, 0), factors);
            if (gated.Layer.LayerBias is { Constant: { } bias } biasInput)
                biasInput.Constant = Tensor.Of(bias.Shape, [.. bias.Floats.ToArray().Zip(factors, (element, factor) => element * factor)]);
            var inverses = factors.Select(factor => 1 / factor).ToArray();
            foreach (var next in gated.Product.Output.Consumers) Scale(next, InputChannels(next), inverses);

            // What reads the layer's output has to find the values that it knows, and tables of ranges must not mistake these for those.
            foreach (var value in new[] { gated.Layer.Output, gated.Product.Output })
                value.Name = graph.UniqueName($"{value.Name}_equalized");
            Divide(gated, inverses);
            changed++;
        }
        return changed;
    }

    /// <summary>The factor of each channel; null where the channels do not differ enough, or where they cannot be
    /// changed.</summary>
    static float[]? FactorsOf(GatedActivation gated)
    {
        var consumers = gated.Product.Output.Consumers;
        if (gated.IsEqualized || gated.Product.Output.IsGraphOutput || !CanScale(gated.Layer)
                || consumers.Distinct().Count() != consumers.Count) return null;
        if (consumers.Count == 0
                || !consumers.All(
                    next => next.Operator.Weights is { IsConvolution: true, Scatters: false } && next.Inputs[0] == gated.Product.Output
                        && CanScale(next) && HasPlainGroups(next))) return null;

        var ratios = Ratios(gated.Layer, consumers);
        var known = ratios.Where(ratio => ratio > 0).Order().ToArray();
        if (known.Length == 0) return null;
        var middle = known[known.Length / 2];
        var factors =
            ratios.Select(
                ratio => ratio > 0 ? MathF.ScaleB(1, Math.Clamp((int)Math.Round(Math.Log2(middle / ratio)), -MaxOctaves, MaxOctaves)) : 1)
                .ToArray();
        return factors.Max() / factors.Min() >= MinSpread ? factors : null;
    }

    /// <summary>For each channel <c>sqrt(r₁ / r₂)</c>; 0 for those without weights on one side.</summary>
    static double[] Ratios(Node layer, IReadOnlyList<Node> consumers)
    {
        var before = Magnitudes(Weight(layer), ChannelLayout.Of(Weight(layer).Shape, 0));
        var after = consumers.Select(next => Magnitudes(Weight(next), InputChannels(next)))
            .Aggregate((all, next) => [.. all.Zip(next, Math.Max)]);
        return [.. before.Zip(after, (one, two) => one > 0 && two > 0 ? Math.Sqrt((double)one / two) : 0)];
    }

    static float[] Magnitudes(Tensor weight, ChannelLayout layout) =>
        Array.ConvertAll(MinMax.OfChannels(weight.Floats, layout), range => range.Magnitude);

    /// <summary>Constants with this reader only.</summary>
    static bool CanScale(Node layer) =>
        layer.LayerWeight is { Consumers.Count: 1, IsGraphOutput: false }
        && layer.LayerBias is null or { Constant.Type: DataType.Float32, Consumers.Count: 1, IsGraphOutput: false };

    /// <summary>No groups, or one for each input channel.</summary>
    static bool HasPlainGroups(Node layer) => layer.Operator.Weights!.Groups == 1 || Weight(layer).Shape[1] == 1;

    static Tensor Weight(Node layer) => layer.LayerWeight!.Constant!;

    /// <summary>Where the weights of an input channel lie; with groups, those of all outputs that are made of it.</summary>
    static ChannelLayout InputChannels(Node layer)
    {
        var (weight, groups) = (Weight(layer), layer.Operator.Weights!.Groups);
        return groups == 1 ? ChannelLayout.Of(weight.Shape, 1) : new(1, groups, weight.Length / groups);
    }

    static void Scale(Node layer, ChannelLayout layout, float[] factors)
    {
        var weight = Weight(layer).Clone();
        for (var outer = 0; outer < layout.Outer; outer++)
        {
            for (var channel = 0; channel < layout.Channels; channel++)
            {
                foreach (ref var element in weight.Floats.Slice(layout.StartOf(outer, channel), layout.Inner)) element *= factors[channel];
            }
        }
        layer.LayerWeight!.Constant = weight;
    }

    /// <summary>Lets the gate read what the layer would have made without factors.</summary>
    static void Divide(GatedActivation gated, float[] inverses)
    {
        var (graph, scaled, first) = (gated.Layer.Graph, gated.Layer.Output, gated.Gate[0]);
        var shape = new int[Weight(gated.Layer).Shape.Rank - 1];
        Array.Fill(shape, 1);
        shape[0] = inverses.Length;
        var divisor = graph.AddConstant(graph.UniqueName($"{scaled.Name}_inverse"), Tensor.Of(new Shape(shape), inverses));
        var restored = graph.Add("Mul", [scaled, divisor], graph.UniqueName($"{scaled.Name}_restored"), before: first);
        for (var input = 0; input < first.Inputs.Count; input++)
        {
            if (first.Inputs[input] == scaled) first.SetInput(input, restored);
        }
    }
}
