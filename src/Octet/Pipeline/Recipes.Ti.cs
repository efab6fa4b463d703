using Octet.Planning;
using Octet.Steps;
using Octet.TexasInstruments;
namespace Octet.Pipeline;

public static partial class Recipes
{
    /// <summary>TI's recipes, 8 and 16 bits. Source: edgeai-modeloptimization, quantization/v1/docs/calibration.md, and the arguments that
    /// its three kinds stand for.</summary>
    static IEnumerable<Recipe> TexasInstruments =>
    [
        .. TiRecipes(bits: 8, suffix: ""),
        .. TiRecipes(bits: 16, suffix: "-16"),
        PowerOfTwoBest(bits: 8, suffix: ""),
        PowerOfTwoBest(bits: 16, suffix: "-16"),
    ];

    /// <remarks>The integers are TI's; what chooses them is Octet's.</remarks>
    static Recipe PowerOfTwoBest(int bits, string suffix) => TiRecipe.Of(
        new() { WeightBits = bits, ActivationBits = bits }, $"pow2-best{suffix}",
        $"The most accurate with TI's integers, int{bits}, power of two scales for whole tensors: channels equalized, then scales, "
        + "weights and biases tuned layer by layer") with
    {
        Steps =
        [
            new EqualizeChannels(), new EqualizeGates(), new ChooseRanges(),
            new SearchScales(), new CompensateErrors(), new RoundAdaptively(), new CorrectBiases(),
        ],
    };

    static IEnumerable<Recipe> TiRecipes(int bits, string suffix)
    {
        var advanced = new QuantModuleOptions { WeightBits = bits, ActivationBits = bits };
        yield return TiRecipe.Of(
            advanced with { ShrinkPercent = 0, WeightClipping = false, BiasCalibration = false }, $"ti-simple{suffix}",
            $"TI's Simple: power of two scales, int{bits}, exact extremes, averaged");
        yield return TiRecipe.Of(advanced, $"ti-advanced{suffix}",
            $"TI's Advanced: power of two scales, int{bits}, ranges without outliers, weights clipped, biases calibrated");
        yield return TiRecipe.Of(
            // A channel with fine steps cannot have a 16-bit bias of the same steps.
            advanced with { PerChannelDepthwise = true, BiasConstraint = BiasConstraint.None }, $"ti-advanced-dw{suffix}",
            $"TI's Advanced DW: as ti-advanced{suffix}, with a scale for each channel of depthwise convolutions");
    }
}
