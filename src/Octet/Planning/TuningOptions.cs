namespace Octet.Planning;

/// <summary>What is done to a quantized model beyond ranges, with samples: each can be asked for alone. The device's constraints stay what they are.</summary>
public sealed record TuningOptions
{
    /// <summary>
    /// Shares out the ranges of channels between neighbouring layers before anything is measured, where the integer model is the better for it; everything else is done with and
    /// without. The float function stays what it is.
    /// </summary>
    public bool Equalize { get; init; }

    /// <summary>Tries the neighbours of each scale that is a power of two, and takes the one with the least error.</summary>
    public bool SearchScales { get; init; }

    /// <summary>Moves weights, before they are rounded, so that a layer makes good what the layers before it have become.</summary>
    public bool CompensateErrors { get; init; }

    /// <summary>Rounds each weight up or down so that the sums of products come out right, not the weights.</summary>
    public bool RoundAdaptively { get; init; }

    /// <summary>Moves biases so that the mean of each output channel is that of the float model.</summary>
    public bool CorrectBiases { get; init; }

    /// <summary>How many samples are used at most.</summary>
    public int Samples
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Samples), value, "must be positive");
    } = 64;
}
