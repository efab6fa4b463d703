namespace Octet.TexasInstruments;

/// <summary>What a device demands of biases, which it adds to sums of products.</summary>
public enum BiasConstraint
{
    /// <summary>Nothing: biases are rounded to as many bits as weights, by a scale of their own.</summary>
    None,

    /// <summary>
    /// They have to fit twice the bits of a weight in steps of the sum; those that are too coarse for that become an 8-bit integer times
    /// the greatest input.
    /// </summary>
    Saturate,

    /// <summary>The steps of the weights are made wider until biases fit twice their bits.</summary>
    ReduceWeightScale,

    /// <summary>They have to be whole steps of the sum, which has 32 bits. Not one of TI's; nothing is lost to bits that a device with wide
    /// sums has.</summary>
    WholeSteps,
}
