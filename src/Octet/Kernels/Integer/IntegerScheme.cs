using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>The integers around the weights of a layer: those of its input, its bias and its output.</summary>
/// <param name="InputType">int8 or uint8.</param>
/// <param name="InputZeroPoint">The input's integer for real zero.</param>
/// <param name="Bias">One for each output channel, in steps of <c>input scale · weight scale</c>; empty for none.</param>
/// <param name="Multipliers">Steps of the output for one step of a sum; one, or one for each output channel. Empty where sums are the
/// result.</param>
/// <param name="Output">How sums become integers of the output; null where sums are the result.</param>
sealed record IntegerScheme(DataType InputType, int InputZeroPoint, int[] Bias, float[] Multipliers, Requantization? Output)
{
    public bool IsSigned => InputType == DataType.Int8;

    public int BiasOf(int channel) => Bias.Length == 0 ? 0 : Bias[channel];

    public float MultiplierOf(int channel) => Multipliers[Multipliers.Length == 1 ? 0 : channel];

    public float[] MultipliersOf(int first, int count) => [.. Enumerable.Range(first, count).Select(MultiplierOf)];

    /// <summary>Whether a kernel that multiplies bytes from a least value has to change their sign bits.</summary>
    public bool FlipsFor(int lowestByte) => IsSigned == (lowestByte == 0);

    /// <summary>The zero point among the bytes as the kernel sees them.</summary>
    public int KernelZeroPoint(int lowestByte) => InputZeroPoint + lowestByte - (IsSigned ? sbyte.MinValue : byte.MinValue);

    /// <summary>The byte in memory that stands for real zero.</summary>
    public byte ZeroByte => unchecked((byte)InputZeroPoint);
}
