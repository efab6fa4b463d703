using Octet.Numerics;
using Octet.Planning;

namespace Octet.Checking;

/// <summary>Values between operators whose channels reach so differently far that their one scale starves the narrow ones.</summary>
sealed class ValueChannels : Guideline
{
    /// <summary>Narrow channels often matter little; a few of them are no reason for a word.</summary>
    const double NoticeableShare = 0.25;

    const double SevereShare = 0.5;

    /// <summary>Fewer are colours and coordinates.</summary>
    const int MinChannels = 8;

    public override string Name => "value-channels";

    public override string Title => "values between operators whose channels differ too much for one scale";

    public override string Advice(Recipe recipe) =>
        (recipe.Config.Activations.PowerOfTwo ? "The recipe pow2-best makes the channels equal where the layers around allow it; " : "")
        + "16 bits between operators serve all. In training: a batch normalization behind the layer.";

    public override IReadOnlyList<Remedy> Remedies(Recipe recipe) =>
        recipe.Config.Activations.PowerOfTwo
        ? [new(RemedyKind.UseRecipe, "pow2-best"), Wider(recipe)] : [Wider(recipe)];

    public override bool NeedsSamples => true;

    public override IEnumerable<Finding> Find(CheckedModel model) =>
        from value in model.Rounded
        let seen = model.Measured?[value]
        where seen is { Channels.Count: >= MinChannels, Range.IsNothing: false }
        let scale = QuantizationParameters.From(seen.Range, model.Recipe.Config.Activations).Scale
        let channels = StarvedChannels.Of([.. seen.Channels.Select(channel => (channel.Magnitude, channel.High > channel.Low))], scale)
        where channels.Share >= NoticeableShare
        let place = CheckedModel.Place(value)
        select new Finding(channels.Share >= SevereShare ? Severity.Problem : Severity.Warning, place.Operator, place.Name,
            channels.ToString(), channels.Share);
}
