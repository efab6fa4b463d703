using System.Buffers.Binary;
using System.IO.Compression;
using Octet.Data;

namespace Octet.Tests.Data.Images;

/// <summary>Writes PNG files of every kind, with a random filter for each row, and wrong ones part by part.</summary>
static class PngBytes
{
    public static byte[] Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public static byte[] Chunk(string type, params ReadOnlySpan<byte> content)
    {
        var chunk = new byte[12 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        System.Text.Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        content.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + content.Length), Crc32.Of(chunk.AsSpan(4, 4 + content.Length)));
        return chunk;
    }

    public static byte[] Header(uint width, uint height, int depth, int color, bool interlaced = false)
    {
        var content = new byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(content, width);
        BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan(4), height);
        (content[8], content[9], content[12]) = ((byte)depth, (byte)color, interlaced ? (byte)1 : (byte)0);
        return Chunk("IHDR", content);
    }

    public static byte[] Deflated(ReadOnlySpan<byte> data)
    {
        var stream = new MemoryStream();
        using (var deflate = new ZLibStream(stream, CompressionLevel.Fastest, leaveOpen: true)) deflate.Write(data);
        return stream.ToArray();
    }

    /// <summary>A whole file.</summary>
    /// <param name="sample">The value of a channel of a pixel: column, row, channel.</param>
    public static byte[] Of(int width, int height, int depth, int color, bool interlaced, Random random, Func<int, int, int, int> sample,
        byte[]? palette = null)
    {
        var channels = color switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        (int X, int Y, int StepX, int StepY)[] passes = interlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            : [(0, 0, 1, 1)];

        var data = new List<byte>();
        foreach (var pass in passes)
        {
            byte[]? above = null;
            for (var y = pass.Y; y < height; y += pass.StepY)
            {
                var bits = new List<bool>();
                for (var x = pass.X; x < width; x += pass.StepX)
                {
                    for (var channel = 0; channel < channels; channel++)
                    {
                        for (var bit = depth - 1; bit >= 0; bit--) bits.Add((sample(x, y, channel) >> bit & 1) != 0);
                    }
                }
                if (bits.Count == 0) continue;

                var row = bits.Chunk(8).Select(eight => (byte)eight.Select((bit, i) => bit ? 128 >> i : 0).Sum()).ToArray();
                data.AddRange(Filtered(row, above ?? new byte[row.Length], Math.Max(1, channels * depth / 8), (byte)random.Next(5)));
                above = row;
            }
        }

        var compressed = Deflated([.. data]);
        var half = compressed.Length / 2;
        return
        [
            .. Signature, .. Header((uint)width, (uint)height, depth, color, interlaced), .. Chunk("tEXt", "Title\0test"u8),
            .. palette is null ? [] : Chunk("PLTE", palette),
            .. Chunk("IDAT", compressed.AsSpan(0, half)), .. Chunk("IDAT", compressed.AsSpan(half)), .. Chunk("IEND"),
        ];
    }

    static byte[] Filtered(byte[] row, byte[] above, int distance, byte filter)
    {
        var result = new byte[row.Length + 1];
        result[0] = filter;
        for (var i = 0; i < row.Length; i++)
        {
            int a = i >= distance ? row[i - distance] : 0, b = above[i], c = i >= distance ? above[i - distance] : 0;
            var p = a + b - c;
            var paeth = Math.Abs(p - a) <= Math.Abs(p - b) && Math.Abs(p - a) <= Math.Abs(p - c) ? a : Math.Abs(p - b) <= Math.Abs(p - c)
                ? b : c;
            result[i + 1] = (byte)(row[i] - filter switch { 1 => a, 2 => b, 3 => (a + b) / 2, 4 => paeth, _ => 0 });
        }
        return result;
    }
}
