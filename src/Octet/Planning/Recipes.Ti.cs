using Octet.Numerics;

namespace Octet.Planning;

public static partial class Recipes
{
    /// <summary>TI's recipes, 8 and 16 bits. Source: edgeai-modeloptimization, quantization/v1/docs/calibration.md, and the arguments that its three kinds stand for.</summary>
    static IEnumerable<Recipe> TexasInstruments =>
    [
        .. TiRecipes(bits: 8, suffix: ""),
        .. TiRecipes(bits: 16, suffix: "-16"),
        PowerOfTwoBest(bits: 8, suffix: ""),
        PowerOfTwoBest(bits: 16, suffix: "-16"),
    ];

    /// <remarks>The integers are TI's; what chooses them is Octet's.</remarks>
    static Recipe PowerOfTwoBest(int bits, string suffix) => Ti(
        new() { WeightBits = bits, ActivationBits = bits }, $"pow2-best{suffix}",
        $"The most accurate with TI's integers, int{bits}, power of two scales for whole tensors: channels equalized, then scales, weights and biases tuned layer by layer") with
    {
        Pact2 = null,
        EqualizeGates = true,
        Tuning = new() { Equalize = true, SearchScales = true, CompensateErrors = true, RoundAdaptively = true, CorrectBiases = true },
    };

    static IEnumerable<Recipe> TiRecipes(int bits, string suffix)
    {
        var advanced = new QuantModuleOptions { WeightBits = bits, ActivationBits = bits };
        yield return Ti(
            advanced with { ShrinkPercent = 0, WeightClipping = false, BiasCalibration = false }, $"ti-simple{suffix}",
            $"TI's Simple: power of two scales, int{bits}, exact extremes, averaged");
        yield return Ti(advanced, $"ti-advanced{suffix}", $"TI's Advanced: power of two scales, int{bits}, ranges without outliers, weights clipped, biases calibrated");
        yield return Ti(
            // A channel with fine steps cannot have a 16-bit bias of the same steps.
            advanced with { PerChannelDepthwise = true, BiasConstraint = BiasConstraint.None }, $"ti-advanced-dw{suffix}",
            $"TI's Advanced DW: as ti-advanced{suffix}, with a scale for each channel of depthwise convolutions");
    }

    /// <summary>A recipe for TI's devices, for integers of any width.</summary>
    /// <param name="options">How to calibrate.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="description">What it is, in a sentence for people.</param>
    public static Recipe Ti(QuantModuleOptions options, string name = "ti", string description = "") => new()
    {
        Name = name,
        Description = description,
        Target = Target.Tidl,
        Pact2 = options,
        Config = TiConfig(options),
        FloatOutputs = !options.QuantizeOutput,
    };

    /// <summary>What of a recipe TI's calibration would not look at, by the names of its properties; empty where it decides nothing else than its settings do.</summary>
    internal static IEnumerable<string> WithoutEffect(Recipe recipe)
    {
        if (recipe.Pact2 is not { } options) yield break;
        if (recipe.Config != TiConfig(options)) yield return nameof(Recipe.Config);
        if (recipe.FirstLayer is not null) yield return nameof(Recipe.FirstLayer);
        if (recipe.LastLayer is not null) yield return nameof(Recipe.LastLayer);
        if (recipe.Overrides.Count > 0) yield return nameof(Recipe.Overrides);
        if (recipe.SaturateOutputs) yield return nameof(Recipe.SaturateOutputs);
    }

    /// <summary>The integers that follow from the settings.</summary>
    static QConfig TiConfig(QuantModuleOptions options) => new()
    {
        Activations = new(options.ActivationBits, Signed: true, Symmetric: true) { SignFromData = true, PowerOfTwo = options.PowerOfTwoActivations, Rule = ScaleRule.TexasInstruments, Rounding = Rounding.HalfUp },
        Weights = new(options.WeightBits, Signed: true, Symmetric: true) { PowerOfTwo = options.PowerOfTwoWeights, Rule = ScaleRule.TexasInstruments, Rounding = Rounding.HalfAwayFromZero },
    };
}
