using Octet.Graphs;
using Octet.Planning;

namespace Octet.Checking;

/// <summary>Channels that say nothing: their weights are zero, or no sample made them vary.</summary>
sealed class DeadChannels : Guideline
{
    public override string Name => "dead-channels";

    public override string Title => "channels that never vary";

    public override string Advice(Recipe recipe) =>
        "They cost time and say nothing, and where their weights are wide they set the scale of all others: prune them, or set their "
        + "weights to zero. Where samples showed it, confirm it with more of them first.";

    public override IEnumerable<Finding> Find(CheckedModel model) =>
        from layer in model.Layers
        let dead = Dead(model, layer)
        where dead.Count > 0
        select new Finding(Severity.Note, layer.Kind, layer.Node.Label, dead.Text, (double)dead.Count / layer.Channels.Length);

    static (int Count, string Text) Dead(CheckedModel model, LayerWeights layer)
    {
        var seen = model.Measured?[Activated(layer.Node)];
        if (seen is { Channels.Count: > 1 })
        {
            var still = seen.Channels.Count(channel => channel.High <= channel.Low);
            return (still, $"{still} of {seen.Channels.Count} channels gave the same number everywhere, in all {model.Measured!.Samples} "
                + "samples");
        }
        var zero = layer.Channels.Count(channel => channel.Magnitude == 0);
        return (zero, $"the weights of {zero} of {layer.Channels.Length} channels are zero");
    }

    /// <summary>What comes out of a layer, behind its activation.</summary>
    static Value Activated(Node layer) => layer.Output.Consumers is [var only] && only.IsLimit ? only.Output : layer.Output;
}
