using System.Runtime.InteropServices;

namespace Octet.Numerics;

/// <summary>bfloat16, the upper half of a float32, as the 16-bit patterns that tensors hold.</summary>
static class BFloat16
{
    public static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>The nearest bfloat16, ties to even; overflow gives infinity.</summary>
    public static ushort FromSingle(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        // A NaN whose payload lies in the lower half must not turn into infinity.
        if (float.IsNaN(value)) return (ushort)((bits >> 16) | 0x40);

        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    public static void ToSingle(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        var bits = MemoryMarshal.Cast<float, uint>(destination);
        for (var i = 0; i < source.Length; i++) bits[i] = (uint)source[i] << 16;
    }

    public static void FromSingle(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        for (var i = 0; i < source.Length; i++) destination[i] = FromSingle(source[i]);
    }
}
