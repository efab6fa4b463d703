using Octet.Planning;

namespace Octet.Checking;

/// <summary>Weights whose output channels reach so differently far that a scale for all of them starves the narrow ones. Folded
/// normalizations do this to depthwise convolutions.</summary>
sealed class WeightChannels : Guideline
{
    const double NoticeableShare = 0.1;

    const double SevereShare = 1 / 3.0;

    /// <summary>A channel whose output varies by less than this share of the layer's whole range carries nothing, whatever its weights
    /// are.</summary>
    const double NothingToSay = 1 / 256.0;

    public override string Name => "weight-channels";

    public override string Title => "weights whose channels differ too much for one scale";

    public override string Advice(Recipe recipe) =>
        "A batch normalization with a tiny variance or a huge factor does this when it is folded. "
        + (recipe.Config.Activations.PowerOfTwo
            ? "The recipe pow2-best makes channels equal without changing the function; ti-advanced-dw gives depthwise convolutions a "
            + "scale for each channel. " : "Give each channel a scale of its own. ")
        + "In training: weight decay on depthwise weights and on the factors of normalizations.";

    public override IReadOnlyList<Remedy> Remedies(Recipe recipe) =>
        [recipe.Config.Activations.PowerOfTwo ? new(RemedyKind.UseRecipe, "pow2-best", "ti-advanced-dw") : new(RemedyKind.ScalePerChannel)];

    public override IEnumerable<Finding> Find(CheckedModel model) =>
        from layer in model.Layers
        where !layer.HasScaleForEachChannel
        let channels = StarvedChannels.Of([.. Channels(model, layer)], layer.Parameters.Scale)
        where channels.Share >= NoticeableShare
        select new Finding(SeverityOf(model, layer, channels), layer.Kind, layer.Node.Label, channels.ToString(), channels.Share);

    /// <summary>Where the layer was quantized on its own, that result decides whether it matters.</summary>
    static Severity SeverityOf(CheckedModel model, LayerWeights layer, StarvedChannels channels) =>
        channels.Share < SevereShare ? Severity.Warning
        : model.Measured is null || model.Alone.TryGetValue(layer, out var alone) && alone < HardLayers.WarningDb ? Severity.Problem
        : Severity.Warning;

    /// <summary>A channel counts if it has weights, and if its values varied over the samples.</summary>
    static IEnumerable<(float Magnitude, bool IsAlive)> Channels(CheckedModel model, LayerWeights layer)
    {
        var seen = model.Measured?[layer.Node.Output];
        var min = seen is null ? 0 : NothingToSay * (seen.Range.High - seen.Range.Low);
        for (var channel = 0; channel < layer.Channels.Length; channel++)
        {
            var isUsed = seen is null || seen.Channels.Count != layer.Channels.Length
                || seen.Channels[channel].High - seen.Channels[channel].Low > min;
            yield return (layer.Channels[channel].Magnitude, isUsed && layer.Channels[channel].Magnitude > 0);
        }
    }
}
