using System.Buffers.Binary;

namespace Octet.Fuzz.Mutation;

/// <summary>Where the pieces of pictures begin.</summary>
static class PictureCuts
{
    /// <summary>The segments, each with its marker; the last has the scan and the end.</summary>
    public static List<byte[]> Jpeg(byte[] file)
    {
        var pieces = new List<byte[]> { file[..2] };
        var place = 2;
        while (place + 4 <= file.Length && file[place] == 0xff && file[place + 1] != 0xda)
        {
            var end = Math.Min(file.Length, place + 2 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(place + 2)));
            pieces.Add(file[place..end]);
            place = end;
        }
        pieces.Add(file[place..]);
        return pieces;
    }

    /// <summary>The head and the chunks.</summary>
    public static List<byte[]> Webp(byte[] file)
    {
        var pieces = new List<byte[]> { file[..12] };
        for (var place = 12; place + 8 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(place + 4));
            var end = (int)Math.Min(file.Length, place + 8L + length + (length & 1));
            pieces.Add(file[place..end]);
            place = end;
        }
        return pieces;
    }

    /// <summary>The length of all but the first eight bytes.</summary>
    public static void SetWebpLength(byte[] file)
    {
        if (file.Length >= 8) BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
    }

    /// <summary>Head, palette, extension, place of the picture, its codes and the end, as the seed has them.</summary>
    public static List<byte[]> Gif(byte[] file) =>
        [file[..6], file[6..13], file[13..19], file[19..27], file[27..37], file[37..^1], file[^1..]];
}
