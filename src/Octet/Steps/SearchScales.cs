using Octet.Kernels;
using Octet.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Steps;

/// <summary>Tries the neighbours of each scale that is a power of two, of values and of weights, and takes the one with the least
/// error.</summary>
public sealed record SearchScales : LayerStep
{
    /// <summary>Neighbours of a value's scale that are tried; of equal ones the first wins.</summary>
    static readonly float[] ValueFactors = [1, 0.5f, 0.25f, 2];

    /// <summary>Finer grids of weights that are tried.</summary>
    static readonly float[] WeightFactors = [1, 0.5f, 0.25f];

    /// <inheritdoc/>
    public override string Name => "search-scales";

    internal override bool UsesMoments(QuantizationSpec weights) => weights.PowerOfTwo;

    internal override IReadOnlyList<float> GridFactors(QuantizationSpec weights) => weights.PowerOfTwo ? WeightFactors : [1];

    internal override QuantizationParameters ChooseParameters(WalkedValue value, QuantizationParameters parameters) =>
        // Outputs do not saturate: which of them is the largest is often the question.
        value.Group is { Spec.PowerOfTwo: true, Fixed: null, Values.Count: 1 } && !value.IsOutput ? Nearest(value, parameters) : parameters;

    /// <summary>The scale by which the value, as the layers before have made it, is nearest to the float model's.</summary>
    static QuantizationParameters Nearest(WalkedValue value, QuantizationParameters parameters)
    {
        var candidates = Array.ConvertAll(ValueFactors, factor => parameters with { Scales = [parameters.Scale * factor] });
        var errors = new double[candidates.Length, value.Here.Count];
        value.ForEachSample(index =>
        {
            var (real, here) = (value.Wanted[index], value.Here[index]);
            // Nothing is near to nothing, whatever the scale; and where the size depends on data, rounding may have changed it.
            if (here.Length == 0 || here.Length != real.Length) return;
            using var rounded = new Scratch<float>(here.Length);
            for (var candidate = 0; candidate < candidates.Length; candidate++)
            {
                LinearQuantizer.FakeQuantize(here.Floats, rounded.Span, here.Shape, candidates[candidate]);
                var distance = TensorPrimitives.Distance<float>(real.Floats, rounded.Span);
                errors[candidate, index] = (double)distance * distance;
            }
        });
        return candidates[Enumerable.Range(0, candidates.Length)
            .MinBy(candidate => Enumerable.Range(0, value.Here.Count).Sum(index => errors[candidate, index]))];
    }
}
