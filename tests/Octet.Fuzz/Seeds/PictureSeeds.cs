using System.Buffers.Binary;
using System.Text;
using Octet.Fuzz.Mutation;
using SkiaSharp;

namespace Octet.Fuzz.Seeds;

/// <summary>Small sound pictures, as encoders and by hand.</summary>
static class PictureSeeds
{
    const int Width = 17, Height = 9;

    /// <summary>In colours or grey, some with an orientation.</summary>
    public static byte[] Jpeg(Random random)
    {
        var file = Encoded(SKEncodedImageFormat.Jpeg, random.Pick([30, 75, 95]), random);
        return random.Next(3) > 0 ? file : [.. file[..2], .. Exif((byte)random.Next(0, 10)), .. file[2..]];
    }

    /// <summary>With losses and without (quality 100 of Skia's encoder).</summary>
    public static byte[] Webp(Random random) => Encoded(SKEncodedImageFormat.Webp, random.Pick([20, 80, 100]), random);

    /// <summary>Uncompressed, 24 or 8 bits a pixel.</summary>
    public static byte[] Bmp(Random random)
    {
        var bits = random.Pick([8, 24, 32]);
        var (palette, row) = (bits == 8 ? 4 * 256 : 0, (Width * bits / 8 + 3) / 4 * 4);
        var file = new byte[54 + palette + row * Height];
        random.NextBytes(file);
        "BM"u8.CopyTo(file);
        int[] header =
            [file.Length, 0, 54 + palette, 40, Width, random.Next(2) == 0 ? Height : -Height, 1 | bits << 16, 0, 0, 2835, 2835, 0, 0];
        for (var i = 0; i < header.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2 + 4 * i), header[i]);
        return file;
    }

    /// <summary>Four pixels of two colours: the codes are clear (4), 0, 1, 1, 0, end (5), three bits each.</summary>
    public static byte[] Gif(Random random) =>
    [
        .. "GIF89a"u8, 2, 0, 2, 0, 0x80, 0, 0, .. Colour(random), .. Colour(random),
        0x21, 0xf9, 4, 0, 0, 0, 0, 0,
        0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0,
        2, 3, 0b01_000_100, 0b1_000_001_0, 0b0000_0010, 0,
        0x3b,
    ];

    static byte[] Colour(Random random) => [(byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)];

    static byte[] Encoded(SKEncodedImageFormat format, int quality, Random random)
    {
        var isGray = random.Next(3) == 0;
        using var bitmap = new SKBitmap(new SKImageInfo(Width, Height, isGray ? SKColorType.Gray8 : SKColorType.Rgba8888,
            isGray || random.Next(2) == 0 ? SKAlphaType.Opaque : SKAlphaType.Unpremul));
        random.NextBytes(bitmap.GetPixelSpan());
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    /// <summary>A segment with one entry, the orientation.</summary>
    static byte[] Exif(byte orientation)
    {
        byte[] content =
        [
            .. Encoding.ASCII.GetBytes("Exif\0\0MM\0*"), 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [0xff, 0xe1, 0, (byte)(content.Length + 2), .. content];
    }
}
