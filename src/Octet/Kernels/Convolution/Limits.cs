namespace Octet.Kernels;

/// <summary>The range that a kernel holds its results in: the activations that cost nothing, for they happen before the result is
/// stored.</summary>
/// <param name="Low">Least result; −∞ for no limit.</param>
/// <param name="High">Greatest result; +∞ for no limit.</param>
readonly record struct Limits(float Low, float High)
{
    public static Limits None { get; } = new(float.NegativeInfinity, float.PositiveInfinity);

    public static Limits Relu { get; } = new(0, float.PositiveInfinity);

    public static Limits Relu6 { get; } = new(0, 6);
}

/// <summary>A function of each element; both spans have one length and may be the same memory. Kernels apply it to what they have just
/// computed, while that lies in the cache.</summary>
delegate void FloatMap(ReadOnlySpan<float> x, Span<float> y);
