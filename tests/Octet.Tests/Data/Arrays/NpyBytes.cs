using System.Buffers.Binary;
using System.Text;

namespace Octet.Tests.Data.Arrays;

/// <summary>Array files written byte by byte, as other programs write them.</summary>
static class NpyBytes
{
    public static byte[] Of(string header, ReadOnlySpan<byte> data, int version = 1)
    {
        var text = Encoding.UTF8.GetBytes(header + "\n");
        var length = new byte[version == 1 ? 2 : 4];
        if (version == 1) BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)text.Length);
        else BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. text, .. data];
    }

    public static byte[] Of(string type, string shape, ReadOnlySpan<byte> data, bool columnMajor = false) =>
        Of($"{{'descr': '{type}', 'fortran_order': {columnMajor}, 'shape': {shape}, }}", data);
}
