namespace Octet.Onnx;

/// <summary>Elements of fewer than 8 bits: files hold several a byte, the first in the lowest bits; memory holds one a byte.</summary>
static class PackedElements
{
    /// <param name="packed">As in the file; <c>ceil(elements · bits / 8)</c> bytes.</param>
    /// <param name="elements">Receives one element a byte, with the sign extended for signed types.</param>
    /// <param name="bits">Bits of one element: 2 or 4.</param>
    /// <param name="signed">Whether the highest bit of an element is its sign.</param>
    public static void Unpack(ReadOnlySpan<byte> packed, Span<byte> elements, int bits, bool signed)
    {
        var perByte = 8 / bits;
        for (var i = 0; i < elements.Length; i++)
        {
            // Shifted to the top and back, so that the sign fills the bits above.
            var top = packed[i / perByte] << (32 - bits - i % perByte * bits);
            elements[i] = signed ? (byte)(top >> (32 - bits)) : (byte)(top >>> (32 - bits));
        }
    }

    public static byte[] Pack(ReadOnlySpan<byte> elements, int bits)
    {
        var perByte = 8 / bits;
        var packed = new byte[((long)elements.Length * bits + 7) / 8];
        for (var i = 0; i < elements.Length; i++)
        {
            packed[i / perByte] |= (byte)((elements[i] & ((1 << bits) - 1)) << (i % perByte * bits));
        }
        return packed;
    }
}
