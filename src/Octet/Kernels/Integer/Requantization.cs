using System.Runtime.CompilerServices;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>
/// How sums become the integers of a layer's output, apart from the multipliers: <c>clamp(roundHalfToEven(float32(sum) · multiplier) +
/// zeroPoint, low, high)</c>.
/// </summary>
/// <param name="Type">Type of the output: int8 or uint8.</param>
/// <param name="ZeroPoint">The output's integer for real zero.</param>
/// <param name="Low">Least integer; that of the type, or where an activation ends.</param>
/// <param name="High">Greatest integer.</param>
readonly record struct Requantization(DataType Type, int ZeroPoint, int Low, int High)
{
    /// <summary>No activation: the bounds of the type.</summary>
    public static Requantization To(DataType type, int zeroPoint) =>
        type == DataType.Int8 ? new(type, zeroPoint, sbyte.MinValue, sbyte.MaxValue) : new(type, zeroPoint, byte.MinValue, byte.MaxValue);

    /// <summary>The definition.</summary>
    public byte Apply(int sum, float multiplier) => (byte)LinearQuantizer.Requantize(sum, multiplier, ZeroPoint, Low, High);
}

/// <summary>
/// The constants of a <see cref="Requantization"/>, repeated for the widest register, so that kernels take them as operands in memory.
/// Bytes are computed as unsigned ones; for an output of int8 zero point and bounds are 128 higher and the sign bit changes at the end.
/// </summary>
unsafe struct RequantizeConstants
{
    /// <summary>Bytes of the widest register.</summary>
    const int Width = 64;

    public fixed short ZeroPoint[Width / sizeof(short)];
    public fixed byte Low[Width];
    public fixed byte High[Width];
    public fixed byte Sign[Width];

    /// <summary>Above this, a conversion to int32 would overflow. It is far beyond what saturates, so nothing changes by it.</summary>
    public const float HighestStep = 1 << 30;

    public static void Write(RequantizeConstants* target, in Requantization requantization)
    {
        var isSigned = requantization.Type == DataType.Int8;
        var shift = isSigned ? 128 : 0;
        new Span<short>(target->ZeroPoint, Width / sizeof(short)).Fill((short)(requantization.ZeroPoint + shift));
        new Span<byte>(target->Low, Width).Fill((byte)(requantization.Low + shift));
        new Span<byte>(target->High, Width).Fill((byte)(requantization.High + shift));
        new Span<byte>(target->Sign, Width).Fill((byte)shift);
    }
}
