using Octet.Tensors;

namespace Octet.Numerics;

/// <summary>How real values are to become integers; data, without the numbers that only calibration can give.</summary>
/// <param name="Bits">See <see cref="Bits"/>.</param>
/// <param name="Signed">Whether integers may be negative: int8 rather than uint8.</param>
/// <param name="Symmetric">Whether the range is the same on both sides of zero, so that the zero point is known beforehand: 0 if signed,
/// else the middle.</param>
/// <param name="NarrowRange">Leaves the lowest integer out, −127..127 in 8 bits, so that both sides have equally many steps.</param>
/// <param name="PerChannel">Whether each output channel of a weight has a scale of its own.</param>
public sealed record QuantizationSpec(int Bits, bool Signed, bool Symmetric, bool NarrowRange = false, bool PerChannel = false)
{
    /// <summary>0..255, with a zero point: for activations.</summary>
    public static QuantizationSpec UInt8 { get; } = new(8, Signed: false, Symmetric: false);

    /// <summary>−128..127, with a zero point: for activations.</summary>
    public static QuantizationSpec Int8 { get; } = new(8, Signed: true, Symmetric: false);

    /// <summary>−127..127 around zero: for weights, one scale a tensor.</summary>
    public static QuantizationSpec Int8Symmetric { get; } = new(8, Signed: true, Symmetric: true, NarrowRange: true);

    /// <summary>What sums of products of integers are added to: 32 bits, zero point 0.</summary>
    public static QuantizationSpec Bias { get; } = new(32, Signed: true, Symmetric: true);

    /// <summary>−127..127 around zero: for weights, one scale a channel.</summary>
    public static QuantizationSpec Int8PerChannel { get; } = Int8Symmetric with { PerChannel = true };

    /// <summary>2 to 16; or 32 for biases.</summary>
    public int Bits
    {
        get;
        init => field = value is (>= 2 and <= 16) or 32
            ? value : throw new ArgumentOutOfRangeException(nameof(Bits), value, "must be 2 to 16, or 32");
    } = Bits;

    /// <summary>
    /// Decides by the data whether integers are signed: where no value is negative they are unsigned, with zero point 0, so that no integer
    /// is wasted. Only for symmetric schemes.
    /// </summary>
    /// <remarks>tpu-mlir and TI do so. <see cref="For"/> gives the integers of a range.</remarks>
    public bool SignFromData { get; init; }

    /// <summary>Rounds scales up to powers of two, so that a device can shift where it would multiply.</summary>
    public bool PowerOfTwo { get; init; }

    /// <summary>Uses half the integers only, so that two products fit the 16-bit sums of x86 processors without VNNI.</summary>
    public bool ReducedRange { get; init; }

    /// <summary>Whose conventions turn a range into a scale and a zero point.</summary>
    public ScaleRule Rule { get; init; } = ScaleRule.OnnxRuntime;

    /// <summary>What becomes of values half way between two integers.</summary>
    public Rounding Rounding { get; init; }

    /// <summary>Least integer, in steps.</summary>
    public int Low => Signed ? -(1 << (UsedBits - 1)) + (NarrowRange ? 1 : 0) : 0;

    /// <summary>Greatest integer, in steps.</summary>
    public int High => (Signed, Rule, ReducedRange) switch
    {
        (true, ScaleRule.OnnxRuntime, true) => 1 << (UsedBits - 1),
        (true, _, _) => (1 << (UsedBits - 1)) - 1,
        (false, _, _) => (1 << UsedBits) - 1,
    };

    /// <summary>How many steps lie between the least and the greatest integer.</summary>
    public int Steps => High - Low;

    /// <summary>The integers for values of a range: the same, unless the data decides.</summary>
    public QuantizationSpec For(ValueRange range) => !SignFromData ? this
        : range.Low < 0 ? this with { SignFromData = false }
        : this with { SignFromData = false, Signed = false, Symmetric = false, NarrowRange = false };

    int UsedBits => ReducedRange ? Bits - 1 : Bits;

    /// <summary>The element type that holds such integers in a file: the narrowest of 4, 8, 16 or 32 bits.</summary>
    public DataType StorageType => (Bits, Signed) switch
    {
        ( <= 4, true) => DataType.Int4,
        ( <= 4, false) => DataType.UInt4,
        ( <= 8, true) => DataType.Int8,
        ( <= 8, false) => DataType.UInt8,
        ( <= 16, true) => DataType.Int16,
        ( <= 16, false) => DataType.UInt16,
        (_, true) => DataType.Int32,
        (_, false) => DataType.UInt32,
    };

    /// <summary><c>uint8 asymmetric</c>, <c>int8 symmetric per channel</c>.</summary>
    public override string ToString() =>
        $"{(Signed ? "" : "u")}int{Bits} {(Symmetric ? "symmetric" : "asymmetric")}{(SignFromData ? " or unsigned" : "")}"
        + $"{(PerChannel ? " per channel" : "")}{(ReducedRange ? " reduced" : "")}{(PowerOfTwo ? " power of two" : "")}";
}
