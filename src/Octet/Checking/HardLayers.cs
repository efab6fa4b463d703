using System.Globalization;
using Octet.Evaluation;
using Octet.Numerics;
using Octet.Planning;

namespace Octet.Checking;

/// <summary>Layers that lose most when their weights, and the values they read, become integers.</summary>
/// <remarks>
/// With samples, the noise of the weights is measured at the layer's output, and that of the rounded input follows from its scale: a step Δ
/// makes Δ²/12 for each element, which the weights of an output channel add up as Σw². Without, only weights are compared with what
/// rounding leaves of them, channel by channel.
/// </remarks>
sealed class HardLayers : Guideline
{
    /// <summary>Below this a layer's error is more than a thirtieth of its output's power.</summary>
    public const double WarningDb = 15;

    const double ProblemDb = 8;

    /// <summary>A channel that is nearly exact counts for no more.</summary>
    const double MaxDb = 60;

    public override string Name => "hard-layers";

    public override string Title => "layers that lose most by the integers of this recipe";

    public override string Advice(Recipe recipe) => recipe.Config.Activations.PowerOfTwo
        ? "If the weights are to blame: the recipe pow2-best (channels made equal, one scale a tensor) or ti-advanced-dw (a scale for each "
        + "channel of depthwise convolutions). If the input is: activation clipping, or 16 bits between operators."
        : "Leave the worst in floats. If the input is to blame: another method, or 16 bits between operators.";

    public override IReadOnlyList<Remedy> Remedies(Recipe recipe) => recipe.Config.Activations.PowerOfTwo
        ? [new(RemedyKind.UseRecipe, "pow2-best", "ti-advanced-dw"), new(RemedyKind.LimitActivations),
            Wider(recipe)]
        : [new(RemedyKind.LeaveInFloats), new(RemedyKind.ChangeMethod), Wider(recipe)];

    public override IEnumerable<Finding> Find(CheckedModel model)
    {
        if (model.Measured is not { } measured) return model.Layers.Select(Alone).OfType<Finding>();
        return from layer in model.Alone
               where layer.Value < WarningDb
               let ratios = Ratios(model, measured, layer.Key)
               select new Finding(layer.Value < ProblemDb ? Severity.Problem : Severity.Warning, layer.Key.Kind, layer.Key.Node.Label,
                   string.Create(
                   CultureInfo.InvariantCulture,
                   $"quantizing only this layer drops output SQNR to {layer.Value:F1} dB; SQNR of the layer's own output: "
                   + $"{ratios.Weights.SqnrDb:F1} dB with rounded weights, {ratios.Input.SqnrDb:F1} dB with a rounded input"),
                   -(ratios.Weights with { Error = ratios.Weights.Error + ratios.Input.Error }).SqnrDb);
    }

    /// <summary>The layers by what their own outputs lose, the worst first.</summary>
    public static IEnumerable<LayerWeights> Candidates(CheckedModel model) => model.Layers.OrderBy(layer =>
    {
        var (weights, input) = Ratios(model, model.Measured!, layer);
        return (weights with { Error = weights.Error + input.Error }).SqnrDb;
    });

    /// <summary>What the layer's output keeps over the noise of rounded weights, and over that of a rounded input.</summary>
    static (SignalComparison Weights, SignalComparison Input) Ratios(CheckedModel model, Measurement measured, LayerWeights layer)
    {
        var weights = measured.WeightNoise(layer);
        return (weights, weights with { Error = InputNoise(model, measured, layer) });
    }

    /// <summary>Over all elements of the output; borders, where filters see fewer elements, are counted like the rest.</summary>
    static double InputNoise(CheckedModel model, Measurement measured, LayerWeights layer)
    {
        if (measured[layer.Node.Inputs[0]!] is not { Range.IsNothing: false } input || measured[layer.Node.Output] is not { } output)
            return 0;
        var step = QuantizationParameters.From(input.Range, model.Recipe.Config.Activations).Scale;
        var power = (double)System.Numerics.Tensors.TensorPrimitives.SumOfSquares<float>(layer.Elements.Floats);
        // A convolution gathers for each output what its filter sees; a transposed one scatters each input.
        var products = layer.Node.Operator.Weights!.Scatters
            ? input.Elements * power / layer.Elements.Shape[0] : output.Elements * power / layer.Channels.Length;
        return products * step * step / 12;
    }

    /// <summary>Without samples: the mean over channels that hold something, so that wide channels do not hide what narrow ones
    /// lose.</summary>
    static Finding? Alone(LayerWeights layer)
    {
        var ratios = Channels(layer).Where(channel => channel.Reference > 0).Select(channel => Math.Min(channel.SqnrDb, MaxDb)).ToArray();
        if (ratios.Length == 0 || ratios.Average() >= WarningDb) return null;
        return new(ratios.Average() < ProblemDb ? Severity.Problem : Severity.Warning, layer.Kind, layer.Node.Label, string.Create(
            CultureInfo.InvariantCulture,
            $"SQNR of its rounded weights is {ratios.Average():F1} dB, the mean of {ratios.Length} channels"), -ratios.Average());
    }

    static IEnumerable<SignalComparison> Channels(LayerWeights layer)
    {
        var layout = ChannelLayout.Of(layer.Elements.Shape,
            layer.Elements.Shape.NormalizeAxis(layer.Node.Operator.Weights!.OutputChannelAxis));
        for (var channel = 0; channel < layout.Channels; channel++)
        {
            var sum = default(SignalComparison);
            for (var outer = 0; outer < layout.Outer; outer++)
            {
                var start = layout.StartOf(outer, channel);
                sum += SignalComparison.Of(layer.Elements.Floats.Slice(start, layout.Inner),
                    layer.Rounded.Floats.Slice(start, layout.Inner));
            }
            yield return sum;
        }
    }
}
