using System.Globalization;
using Octet.Planning;

namespace Octet.Checking;

/// <summary>Values between operators of which a few set the scale of all.</summary>
sealed class ValueOutliers : Guideline
{
    /// <summary>Two in ten thousand: what TI's activation clipping leaves out at both ends.</summary>
    const double FewShare = 0.0002;

    public override string Name => "value-outliers";

    public override string Title => "values between operators of which a few set the range";

    public override string Advice(Recipe recipe) =>
        (recipe.Config.Activations.PowerOfTwo
        ? "Activation clipping leaves them out of the range (ti-advanced has it). "
        : "A method that cuts ranges leaves them out: percentile, mse or kl. ")
        + "Where they matter: 16 bits between operators. In training: an activation with a bound.";

    public override IReadOnlyList<Remedy> Remedies(Recipe recipe) =>
        [recipe.Config.Activations.PowerOfTwo ? new(RemedyKind.LimitActivations) : new(RemedyKind.ChangeMethod, "percentile", "mse", "kl"),
            Wider(recipe)];

    public override bool NeedsSamples => true;

    public override IEnumerable<Finding> Find(CheckedModel model) =>
        from value in model.Rounded
        let seen = model.Measured?[value]
        where seen is not null
        let found = FewSetTheRange.Of(seen.Distribution, FewShare)
        where found.Bits >= FewSetTheRange.Noticeable
        let place = CheckedModel.Place(value)
        select new Finding(found.Severity, place.Operator, place.Name, Describe(model, seen, found), found.Bits);

    static string Describe(CheckedModel model, ValueFigures seen, FewSetTheRange found) => string.Create(
        CultureInfo.InvariantCulture,
        $"{100.0 * found.Few / seen.Distribution.Count:0.###} % of the values lie beyond {found.Inner:G3} and "
        + $"reach {seen.Range.Magnitude:G3}: {found.Bits} of {model.Recipe.Config.Activations.Bits} bits are spent on these");
}
