using Octet.Numerics;
using Octet.Planning;
using Octet.Training;

namespace Octet.TexasInstruments;

/// <summary>Recipes that calibrate as TI's modules do. Their integers follow from the settings of the one step they have.</summary>
public static class TiRecipe
{
    /// <summary>A recipe for TI's devices, for integers of any width.</summary>
    /// <param name="settings">How to calibrate.</param>
    /// <param name="name">The name of the recipe.</param>
    /// <param name="description">What it is, in a sentence.</param>
    public static Recipe Of(QuantModuleOptions settings, string name = "ti", string description = "")
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(description);
        return new()
        {
            Name = name,
            Description = description,
            Target = Target.Tidl,
            Steps = [new CalibrateLikeTi(settings)],
            Config = ConfigOf(settings),
            FloatOutputs = !settings.QuantizeOutput,
        };
    }

    /// <summary>The settings of a recipe that calibrates so; null for all other recipes.</summary>
    public static QuantModuleOptions? SettingsOf(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.FindStep<CalibrateLikeTi>()?.Settings;
    }

    /// <summary>The recipe with other settings, and the integers that follow from them.</summary>
    public static Recipe With(this Recipe recipe, QuantModuleOptions settings)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(settings);
        return Of(settings, recipe.Name, recipe.Description) with
        {
            Target = recipe.Target,
            Steps = [new CalibrateLikeTi(settings), .. recipe.Steps.Where(step => step is not CalibrateLikeTi)],
        };
    }

    /// <summary>The integers that follow from the settings.</summary>
    internal static QConfig ConfigOf(QuantModuleOptions settings) => new()
    {
        Activations = new(settings.ActivationBits, Signed: true, Symmetric: true)
        {
            SignFromData = true,
            PowerOfTwo = settings.PowerOfTwoActivations,
            Rule = ScaleRule.TexasInstruments,
            Rounding = Rounding.HalfUp,
        },
        Weights = new(settings.WeightBits, Signed: true, Symmetric: true)
        {
            PowerOfTwo = settings.PowerOfTwoWeights,
            Rule = ScaleRule.TexasInstruments,
            Rounding = Rounding.HalfAwayFromZero,
        },
    };

    /// <summary>What of a recipe TI's calibration would not look at, by the names of its properties; empty where it decides nothing else
    /// than its settings do.</summary>
    internal static IEnumerable<string> WithoutEffect(Recipe recipe)
    {
        if (SettingsOf(recipe) is not { } settings) yield break;
        if (recipe.Config != ConfigOf(settings)) yield return nameof(Recipe.Config);
        if (recipe.FirstLayer is not null) yield return nameof(Recipe.FirstLayer);
        if (recipe.LastLayer is not null) yield return nameof(Recipe.LastLayer);
        if (recipe.Overrides.Count > 0) yield return nameof(Recipe.Overrides);
        if (recipe.SaturateOutputs) yield return nameof(Recipe.SaturateOutputs);
        if (recipe.Steps.Any(step => step is not CalibrateLikeTi and not TrainingStep)) yield return nameof(Recipe.Steps);
    }
}
