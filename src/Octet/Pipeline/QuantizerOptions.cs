using Octet.Calibration;
using Octet.Data;
using Octet.Planning;

namespace Octet.Pipeline;

/// <summary>How a model is quantized; the defaults suit a network that ONNX Runtime will run.</summary>
public sealed record QuantizerOptions
{
    /// <summary>What will run the integer model, and how its values become integers.</summary>
    public Recipe Recipe { get; init; } = Recipes.Default;

    /// <summary>Threads and progress of the runs over samples.</summary>
    public SampleRunOptions Run { get; init; } = new();

    /// <summary>The same with another method for the ranges of values between operators.</summary>
    public QuantizerOptions WithMethod(CalibrationMethod method) =>
        this with { Recipe = Recipe with { Config = Recipe.Config with { ActivationMethod = method } } };
}
