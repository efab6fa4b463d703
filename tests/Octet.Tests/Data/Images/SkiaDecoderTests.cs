using System.Buffers.Binary;
using Octet.Data.Images;
using SkiaSharp;

namespace Octet.Tests.Data.Images;

/// <summary>WebP, BMP and GIF, written here pixel by pixel; JPEG has its own goldens.</summary>
public sealed class SkiaDecoderTests
{
    static readonly (int Width, int Height)[] Sizes = [(1, 1), (2, 3), (5, 5), (17, 13), (40, 33)];

    [Fact]
    public void WebP_without_loss_gives_its_pixels_and_drops_alpha()
    {
        foreach (var (width, height) in Sizes)
        {
            var pixels = RandomBytes(4 * width * height, seed: width);
            for (var i = 3; i < pixels.Length; i += 4) pixels[i] |= 1; // what is quite transparent has no colour in WebP
            CheckPixels(ImageDecoder.Decode(WebP(width, height, pixels), "x.webp"), width, height, pixels, bytesPerPixel: 4);
        }
    }

    [Fact]
    public void BMP_gives_its_pixels()
    {
        foreach (var (width, height) in Sizes)
        {
            var pixels = RandomBytes(3 * width * height, seed: width);
            CheckPixels(ImageDecoder.Decode(Bmp(width, height, pixels), "x.bmp"), width, height, pixels, bytesPerPixel: 3);
        }
    }

    [Fact]
    public void GIF_gives_the_colours_of_its_palette()
    {
        foreach (var (width, height) in Sizes)
        {
            var palette = RandomBytes(3 * 128, seed: 1);
            var numbers = RandomBytes(width * height, seed: 2).Select(number => (byte)(number & 127)).ToArray();
            var pixels = numbers.SelectMany(number => palette[(3 * number)..(3 * number + 3)]).ToArray();
            CheckPixels(ImageDecoder.Decode(Gif(width, height, palette, numbers), "x.gif"), width, height, pixels, bytesPerPixel: 3);
        }
    }

    [Fact]
    public void Truncated_files_are_errors_that_name_them()
    {
        byte[][] files =
        [
            WebP(17, 13, RandomBytes(4 * 17 * 13, seed: 1)), Bmp(17, 13, RandomBytes(3 * 17 * 13, seed: 1)),
            Gif(17, 13, RandomBytes(3 * 128, seed: 1), new byte[17 * 13]),
        ];
        foreach (var file in files)
        {
            foreach (var share in (double[])[0.01, 0.1, 0.5, 0.9])
            {
                var cut = file.AsSpan(0, (int)(file.Length * share)).ToArray();
                Should.Throw<ImageException>(() => ImageDecoder.Decode(cut, "cut.bin")).Message.ShouldStartWith("picture 'cut.bin': ");
            }
        }
    }

    [Fact]
    public void Random_damage_is_never_more_than_an_error()
    {
        var random = new Random(1);
        foreach (var whole in (byte[][])[WebP(40, 33, RandomBytes(4 * 40 * 33, seed: 1)), Bmp(17, 13, RandomBytes(3 * 17 * 13, seed: 1)),
            Gif(17, 13, RandomBytes(3 * 128, seed: 1), new byte[17 * 13])])
        {
            for (var round = 0; round < 200; round++)
            {
                var damaged = whole.ToArray();
                for (var i = 0; i < 3; i++) damaged[random.Next(round % 2 == 0 ? damaged.Length : 40)] = (byte)random.Next(256);
                try
                {
                    ImageDecoder.Decode(damaged, "x.bin");
                }
                catch (ImageException)
                {
                }
            }
        }
    }

    [Fact]
    public void A_declared_size_beyond_reason_is_refused()
    {
        var bmp = Bmp(4, 4, new byte[48]);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), 30_000);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), 30_000);
        Should.Throw<ImageException>(() => ImageDecoder.Decode(bmp, "x.bmp")).Message.ShouldContain("declares 30000×30000 pixels; more "
            + "than 67108864, or 65535 on a side, are refused");

        var gif = Gif(4, 4, new byte[3 * 128], new byte[16]);
        gif.AsSpan(6, 4).Fill(0xFF);
        Should.Throw<ImageException>(() => ImageDecoder.Decode(gif, "x.gif")).Message.ShouldContain("65535");
    }

    [Fact]
    public void Four_bytes_become_three_at_every_length()
    {
        for (var count = 0; count < 70; count++)
        {
            var pixels = RandomBytes(4 * count, seed: count);
            var expected = pixels.Where((_, i) => i % 4 != 3).ToArray();
            SkiaDecoder.DropFourth(pixels);
            pixels.AsSpan(0, 3 * count).ToArray().ShouldBe(expected);
        }
    }

    static void CheckPixels(Image image, int width, int height, byte[] pixels, int bytesPerPixel)
    {
        (image.Width, image.Height, image.Channels).ShouldBe((width, height, 3));
        image.Pixels.ToArray().ShouldBe(pixels.Where((_, i) => i % bytesPerPixel < 3));
    }

    static byte[] RandomBytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    static byte[] WebP(int width, int height, byte[] pixels)
    {
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using var image = SKImage.FromPixelCopy(info, pixels);
        using var data = image.PeekPixels()!.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 50));
        return data!.ToArray();
    }

    /// <summary>24 bits, rows from the bottom, blue first, each row filled up to four bytes.</summary>
    static byte[] Bmp(int width, int height, byte[] pixels)
    {
        const int headers = 54;
        var rowBytes = (3 * width + 3) / 4 * 4;
        var file = new byte[headers + rowBytes * height];
        "BM"u8.CopyTo(file);
        foreach (var (offset, value) in ((int, int)[])[(2, file.Length), (10, headers), (14, 40), (18, width), (22, height),
            (26, 1 | 24 << 16)]) BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(offset), value);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                    file[headers + (height - 1 - y) * rowBytes + 3 * x + channel] = pixels[3 * (y * width + x) + 2 - channel];
            }
        }
        return file;
    }

    /// <summary>128 colours; numbers of 8 bits, cleared often enough that codes never grow.</summary>
    static byte[] Gif(int width, int height, byte[] palette, byte[] numbers)
    {
        const byte clear = 128, end = 129;
        byte[] codes = [.. numbers.Chunk(100).SelectMany(some => (byte[])[clear, .. some]), end];
        byte[] size = [(byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8)];
        return
        [
            .. "GIF89a"u8, .. size, 0xF6, 0, 0, .. palette, (byte)',', 0, 0, 0, 0, .. size, 0, 7,
            .. codes.Chunk(255).SelectMany(some => (byte[])[(byte)some.Length, .. some]), 0, (byte)';',
        ];
    }
}
