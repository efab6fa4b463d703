using Octet.Calibration.Methods;
using Octet.Numerics;

namespace Octet.Planning;

/// <summary>The recipes that come with Octet: its own, and those that do what other tools do by default.</summary>
public static partial class Recipes
{
    static readonly QuantizationSpec PyTorchActivations = QuantizationSpec.UInt8 with { Rule = ScaleRule.PyTorch };

    static readonly QuantizationSpec PyTorchWeights = new(8, Signed: true, Symmetric: true) { Rule = ScaleRule.PyTorch };

    /// <summary>What is used where nobody asks for another; docs/benchmarks.md has the figures that decided.</summary>
    public static Recipe Default { get; } = new()
    {
        Name = "default",
        Description = "Octet's own: uint8 with nearly all values in range, int8 weights for each channel.",
    };

    /// <remarks>Source: torch/ao/quantization/qconfig.py (1.13), default_qconfig.</remarks>
    public static Recipe PyTorchDefault { get; } = new()
    {
        Name = "pytorch-default",
        Description = "PyTorch's default_qconfig: min-max, half of the integers, one scale for a weight.",
        Config = new()
        {
            Activations = PyTorchActivations with { ReducedRange = true },
            ActivationMethod = new MinMaxMethod(),
            Weights = PyTorchWeights,
        },
        SaturateOutputs = true,
    };

    /// <summary>The recipes, our own first.</summary>
    public static IReadOnlyList<Recipe> All { get; } = [Default, PyTorchDefault, .. TexasInstruments];

    /// <summary>The recipe of that name, or null.</summary>
    public static Recipe? Named(string name) => All.FirstOrDefault(recipe => recipe.Name == name);
}
