using Octet.Calibration;
using Octet.Calibration.Methods;
using Octet.Numerics;

namespace Octet.Planning;

/// <summary>How the values of a model, or of a part of it, become integers: for activations and for weights, which integers, and how their
/// range is chosen.</summary>
public sealed record QConfig
{
    /// <summary>The integers of values between operators.</summary>
    public QuantizationSpec Activations { get; init; } = QuantizationSpec.UInt8;

    /// <summary>How ranges of values between operators are chosen.</summary>
    public CalibrationMethod ActivationMethod { get; init; } = CalibrationMethods.Default;

    /// <summary>The integers of weights.</summary>
    public QuantizationSpec Weights { get; init; } = QuantizationSpec.Int8PerChannel;

    /// <summary>How ranges of weights are chosen. Their values are known, so that no samples are needed.</summary>
    public CalibrationMethod WeightMethod { get; init; } = new MinMaxMethod();

    /// <summary><c>uint8 asymmetric by percentile, weights int8 symmetric per channel by minmax</c>.</summary>
    public override string ToString() => $"{Activations} by {ActivationMethod}, weights {Weights} by {WeightMethod}";
}

/// <summary>What is different for a part of the model; null keeps what holds for the whole.</summary>
public sealed record QConfigChange
{
    /// <summary>Leaves the part in floats.</summary>
    public static QConfigChange StayFloat { get; } = new() { Float = true };

    /// <summary>Whether the part stays in floats; then nothing else counts.</summary>
    public bool Float { get; init; }

    /// <summary>Other integers between operators.</summary>
    public QuantizationSpec? Activations { get; init; }

    /// <summary>Another way to choose ranges of values between operators.</summary>
    public CalibrationMethod? ActivationMethod { get; init; }

    /// <summary>Other integers of weights.</summary>
    public QuantizationSpec? Weights { get; init; }

    /// <summary>Another way to choose ranges of weights.</summary>
    public CalibrationMethod? WeightMethod { get; init; }

    /// <summary>Applies the change to a configuration.</summary>
    /// <param name="config">What holds without the change; null where the part was to stay in floats.</param>
    /// <param name="whole">What holds for the whole model; a part that stayed in floats begins with it when a later change makes it
    /// integers.</param>
    /// <returns>What holds with the change; null where the part stays in floats.</returns>
    public QConfig? ApplyTo(QConfig? config, QConfig whole)
    {
        if (Float) return null;
        config ??= whole;
        return config with
        {
            Activations = Activations ?? config.Activations,
            ActivationMethod = ActivationMethod ?? config.ActivationMethod,
            Weights = Weights ?? config.Weights,
            WeightMethod = WeightMethod ?? config.WeightMethod,
        };
    }
}
