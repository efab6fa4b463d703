using System.Buffers.Binary;

namespace Octet.Data;

/// <summary>The checksum of PNG chunks and zip entries: polynomial 0x04C11DB7 reflected, first and last inverted (ISO 3309).</summary>
static class Crc32
{
    /// <summary>Row k holds what a byte contributes that is followed by k zero bytes, so that eight bytes are looked up independently of
    /// each other.</summary>
    static readonly uint[][] Tables = CreateTables();

    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of what <paramref name="crc"/> stands for followed by <paramref name="bytes"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var first = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var second = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = Tables[7][(byte)first] ^ Tables[6][(byte)(first >> 8)] ^ Tables[5][(byte)(first >> 16)] ^ Tables[4][first >> 24]
                ^ Tables[3][(byte)second] ^ Tables[2][(byte)(second >> 8)] ^ Tables[1][(byte)(second >> 16)] ^ Tables[0][second >> 24];
        }
        foreach (var value in bytes) crc = Tables[0][(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    static uint[][] CreateTables()
    {
        const uint reflectedPolynomial = 0xEDB88320;
        var tables = new uint[8][];
        for (var k = 0; k < tables.Length; k++)
        {
            tables[k] = new uint[256];
            for (var i = 0u; i < 256; i++)
            {
                var crc = k == 0 ? i : tables[k - 1][i];
                for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ reflectedPolynomial;
                tables[k][i] = crc;
            }
        }
        return tables;
    }
}
