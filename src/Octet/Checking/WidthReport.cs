using Octet.Evaluation;

namespace Octet.Checking;

/// <summary>A model with 16 bits beside the model with 8: if 16 are bad already, 8 are not to blame.</summary>
public sealed record WidthReport
{
    /// <summary>What the worst output keeps over its noise with 16 bits for weights and values, in decibels.</summary>
    public required double Sqnr16Db { get; init; }

    /// <summary>The same with 8.</summary>
    public required double Sqnr8Db { get; init; }

    /// <summary>The same with 8 bits for weights and 16 for values between operators.</summary>
    public required double SqnrWeights8Db { get; init; }

    /// <summary>The same with 16 bits for weights and 8 for values between operators.</summary>
    public required double SqnrValues8Db { get; init; }

    /// <summary>Accuracy of the float model, where labelled samples were given.</summary>
    public Accuracy? FloatAccuracy { get; init; }

    /// <summary>The same with 16 bits for weights and values.</summary>
    public Accuracy? Accuracy16 { get; init; }

    /// <summary>The same with 8.</summary>
    public Accuracy? Accuracy8 { get; init; }
}
