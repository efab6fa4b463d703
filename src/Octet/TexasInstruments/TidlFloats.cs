using Octet.Graphs;
using Octet.Numerics;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.TexasInstruments;

/// <summary>
/// Weights and biases in floats, which the reader of the file rounds again: to the same integers, because a weight that calibration has
/// limited or rounded to another neighbour lies on its grid instead.
/// </summary>
/// <param name="Weights">The float graph, whose weights are as training left them.</param>
/// <param name="Biases">The float graph whose biases were calibrated and not rounded yet.</param>
public sealed record TidlFloats(Graph Weights, Graph Biases)
{
    /// <summary>Replaces weights and biases of a copy of the quantized model's graph. The graphs of floats have the same layers in the same
    /// order.</summary>
    internal void PutInto(QuantizedModel quantized, GraphMap copies)
    {
        var placeOf = quantized.Plan.Weights.ToDictionary(weight => weight.Node);
        foreach (var (original, ofWeights, ofBiases) in quantized.Plan.Graph.Layers().Zip(Weights.Layers(), Biases.Layers()))
        {
            var layer = copies[original];
            var facts = layer.Operator.Weights!;
            if (placeOf.TryGetValue(original, out var place))
            {
                var floats = ofWeights.Inputs[facts.WeightInput]!.Constant!;
                layer.Inputs[facts.WeightInput]!.Constant = SameIntegers(floats, place.Weight.Constant!, quantized.WeightOf(place));
            }
            if (facts.BiasInput is { } index && layer.InputOrNull(index) is { Constant: not null } bias)
                bias.Constant = ofBiases.Inputs[index]!.Constant!.Clone();
        }
    }

    /// <summary>Each float that rounds to the integer that was chosen, and does not reach beyond the range from which the scale is told;
    /// else the real value of the integer.</summary>
    static Tensor SameIntegers(Tensor floats, Tensor chosen, QuantizationParameters parameters)
    {
        var kept = LinearQuantizer.FakeQuantize(floats, parameters);
        var layout = ChannelLayout.Of(floats.Shape, parameters.Axis);
        for (var outer = 0; outer < layout.Outer; outer++)
        {
            for (var channel = 0; channel < layout.Channels; channel++)
            {
                var max = -parameters.Spec.Low * parameters.Scales[channel];
                var start = layout.StartOf(outer, channel);
                for (var i = start; i < start + layout.Inner; i++)
                {
                    var isSame = kept.Floats[i] == chosen.Floats[i] && Math.Abs(floats.Floats[i]) <= max;
                    kept.Floats[i] = isSame ? floats.Floats[i] : chosen.Floats[i];
                }
            }
        }
        return kept;
    }
}
