using Octet.Calibration;
using Octet.Cluster;
using Octet.Data;
using Octet.Planning;

namespace Octet.Pipeline;

/// <summary>How a model is quantized; the defaults suit a network that ONNX Runtime will run.</summary>
public sealed record QuantizerOptions
{
    readonly Recipe? _recipe;

    /// <summary>
    /// What will run the integer model, and how its values become integers. Where none is set: <see cref="Recipes.Best"/>, or
    /// <see cref="Recipes.Fast"/> where there are no samples to tune with, but only a table or measurements.
    /// </summary>
    public Recipe Recipe
    {
        get => _recipe ?? Recipes.Default;
        init => _recipe = value;
    }

    /// <summary>The recipe for work that sees no samples.</summary>
    internal Recipe RecipeWithoutSamples => _recipe ?? Recipes.Fast;

    /// <summary>Threads and progress of the runs over samples.</summary>
    public SampleRunOptions RunOptions { get; init; } = new();

    /// <summary>The same for one process that does the rest of a shared job by itself.</summary>
    internal QuantizerOptions Alone() => this with { RunOptions = RunOptions with { Ranks = RankGroup.Alone } };

    /// <summary>The same with another method for the ranges of values between operators.</summary>
    public QuantizerOptions WithMethod(CalibrationMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return this with { Recipe = Recipe with { Config = Recipe.Config with { ActivationMethod = method } } };
    }
}
