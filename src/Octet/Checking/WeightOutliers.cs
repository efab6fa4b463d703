using System.Globalization;
using Octet.Planning;

namespace Octet.Checking;

/// <summary>Weights of which a few elements set the scale of all.</summary>
sealed class WeightOutliers : Guideline
{
    /// <summary>One in a thousand.</summary>
    const double FewShare = 0.001;

    public override string Name => "weight-outliers";

    public override string Title => "weights of which a few elements set the range";

    public override string Advice(Recipe recipe) => recipe.Config.Activations.PowerOfTwo
        ? "Weight clipping limits the worst of them (ti-advanced has it), and pow2-best chooses the scale with the least error. In "
        + "training: weight decay, or a limit on weights."
        : "A method for weights that cuts ranges (weights: method: mse, in a recipe file). In training: weight decay, or a limit on "
        + "weights.";

    public override IReadOnlyList<Remedy> Remedies(Recipe recipe) =>
        recipe.Config.Activations.PowerOfTwo ? [new(RemedyKind.LimitWeights), new(RemedyKind.UseRecipe, "pow2-best")] : [];

    public override IEnumerable<Finding> Find(CheckedModel model) =>
        from layer in model.Layers
        where !layer.HasScaleForEachChannel
        let found = FewSetTheRange.Of(layer.Elements.Floats, FewShare)
        where found.Bits >= FewSetTheRange.Noticeable
        select new Finding(found.Severity, layer.Kind, layer.Node.Label, Describe(layer, found), found.Bits);

    static string Describe(LayerWeights layer, FewSetTheRange found) => string.Create(
        CultureInfo.InvariantCulture,
        $"{found.Few:N0} of {layer.Elements.Length:N0} elements lie beyond {found.Inner:G3} and "
        + $"reach {layer.Channels.Max(channel => channel.Magnitude):G3}: {found.Bits} of {layer.Parameters.Spec.Bits} bits are spent on "
        + $"these");
}
