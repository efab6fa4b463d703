using Octet.Data;
using Octet.Foundation;

namespace Octet.Verification;

/// <summary>What <see cref="RuntimeVerification"/> compares and measures.</summary>
public sealed record VerificationOptions
{
    /// <summary>The float model, whose time is measured by turns with that of the model; null for none.</summary>
    public string? FloatModel { get; init; }

    /// <summary>Samples that both run; null for one of random numbers.</summary>
    public ISampleSource? Samples { get; init; }

    /// <summary>How many threads share one sample, in the runtime.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>For how long each model is timed; zero to leave that out.</summary>
    public TimeSpan TimeToMeasure { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The most that values of Octet's own run may take, in bytes; null for as much as the machine has.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Is told how far the work is.</summary>
    public IProgress<StepProgress>? Progress { get; init; }
}
