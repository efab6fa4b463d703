namespace Octet.TexasInstruments;

/// <summary>
/// How a model is calibrated as TI's modules do it: ranges that follow batches (PACT2), weights clipped and put on their grid, and biases
/// that are moved until the means of all channels are those of the float model. The defaults are TI's "Advanced".
/// </summary>
public sealed record QuantModuleOptions
{
    /// <summary>What tables and reports call this way to calibrate.</summary>
    public const string MethodName = "pact2";

    /// <summary>4 to 16. Biases have as many, or twice, as <see cref="BiasConstraint"/> says.</summary>
    public int WeightBits { get; init => field = Bits(value, nameof(WeightBits)); } = 8;

    /// <summary>4 to 16.</summary>
    public int ActivationBits { get; init => field = Bits(value, nameof(ActivationBits)); } = 8;

    /// <summary>Whether ranges of weights end at powers of two.</summary>
    public bool PowerOfTwoWeights { get; init; } = true;

    /// <summary>Whether ranges of values between operators end at powers of two.</summary>
    public bool PowerOfTwoActivations { get; init; } = true;

    /// <summary>How many percent of a batch's values may lie beyond either end of a range; 0 keeps the exact extremes. At most
    /// 50.</summary>
    public double ShrinkPercent
    {
        get;
        init => field = value is >= 0 and <= 50
            ? value : throw new ArgumentOutOfRangeException(nameof(ShrinkPercent), value, "must be 0 to 50");
    } = 0.01;

    /// <summary>Whether weight tensors with a few huge elements are limited.</summary>
    public bool WeightClipping { get; init; } = true;

    /// <summary>Whether biases are moved.</summary>
    public bool BiasCalibration { get; init; } = true;

    /// <summary>How far one batch moves a bias towards the mean of the float model: 0 to 1.</summary>
    public float BiasRate
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(BiasRate), value, "must be 0 to 1");
    } = 0.05f;

    /// <summary>What the device demands of biases.</summary>
    public BiasConstraint BiasConstraint { get; init; } = BiasConstraint.Saturate;

    /// <summary>Whether depthwise convolutions have a scale for each channel; all other weights have one scale.</summary>
    public bool PerChannelDepthwise { get; init; }

    /// <summary>
    /// Whether bounded activations such as ReLU6 keep their bound, so that the float function stays what it is. TI's modules drop it, and
    /// let the range take its place.
    /// </summary>
    public bool KeepBounds { get; init; } = true;

    /// <summary>
    /// Whether every value that an integer operator reads becomes integers, as a device needs it. TI's modules leave the outputs of global
    /// pooling, resizing and the like, and in some networks the input, in floats.
    /// </summary>
    public bool CoverAll { get; init; } = true;

    /// <summary>Whether the last layer's output becomes integers.</summary>
    public bool QuantizeOutput { get; init; } = true;

    /// <summary>How many samples are used (TIDL's calibration_frames).</summary>
    public int Frames { get; init => field = AtLeastOne(value, nameof(Frames)); } = 50;

    /// <summary>How often biases are calibrated with all of them (TIDL's calibration_iterations); ranges need one.</summary>
    public int Iterations { get; init => field = AtLeastOne(value, nameof(Iterations)); } = 50;

    static int AtLeastOne(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "must be 1 or more");

    static int Bits(int value, string name) =>
        value is >= 4 and <= 16 ? value : throw new ArgumentOutOfRangeException(name, value, "must be 4 to 16");
}
