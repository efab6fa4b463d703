using Octet.Numerics;

namespace Octet.Planning;

public static partial class Recipes
{
    /// <summary>TI's recipes, 8 and 16 bits. Source: edgeai-modeloptimization, quantization/v1/docs/calibration.md, and the arguments that its three kinds stand for.</summary>
    static IEnumerable<Recipe> TexasInstruments =>
    [
        .. TiRecipes(bits: 8, suffix: ""),
        .. TiRecipes(bits: 16, suffix: "-16"),
    ];

    static IEnumerable<Recipe> TiRecipes(int bits, string suffix)
    {
        var advanced = new QuantModuleOptions { WeightBits = bits, ActivationBits = bits };
        yield return Ti(
            advanced with { ShrinkPercent = 0, WeightClipping = false, BiasCalibration = false }, $"ti-simple{suffix}",
            $"TI's Simple: power of two scales, int{bits}, exact extremes, averaged");
        yield return Ti(advanced, $"ti-advanced{suffix}", $"TI's Advanced: power of two scales, int{bits}, ranges without outliers, weights clipped, biases calibrated");
        yield return Ti(
            advanced with { PerChannelDepthwise = true }, $"ti-advanced-dw{suffix}",
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
        Config = new()
        {
            Activations = new(options.ActivationBits, Signed: true, Symmetric: true) { SignFromData = true, PowerOfTwo = options.PowerOfTwoActivations, Rule = ScaleRule.TexasInstruments, Rounding = Rounding.HalfUp },
            Weights = new(options.WeightBits, Signed: true, Symmetric: true) { PowerOfTwo = options.PowerOfTwoWeights, Rule = ScaleRule.TexasInstruments, Rounding = Rounding.HalfAwayFromZero },
        },
    };
}
