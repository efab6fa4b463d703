using System.Buffers;
using System.Runtime.InteropServices;

namespace Octet.Data.Images;

/// <summary>JPEG, baseline and progressive, through libturbojpeg with the settings that Pillow uses.</summary>
static class JpegDecoder
{
    /// <summary>A warning of libjpeg about bytes that belong to nothing, which leave the pixels as they are.</summary>
    const string HarmlessWarning = "extraneous bytes";

    /// <summary>Each block of 8 × 8 takes at least a bit, so that this much fits into a byte at the very best.</summary>
    const int MostPixelsPerByte = 512;

    [ThreadStatic]
    static TurboJpeg.Decoder? s_decoderOfThisThread;

    public static bool IsJpeg(ReadOnlySpan<byte> file) => file.StartsWith([(byte)0xFF, (byte)0xD8, (byte)0xFF]);

    /// <exception cref="ImageException">The file is damaged or truncated.</exception>
    /// <exception cref="MissingLibraryException">libturbojpeg is not installed.</exception>
    public static unsafe Image Decode(ReadOnlySpan<byte> file, string name)
    {
        try
        {
            var decoder = s_decoderOfThisThread ??= TurboJpeg.tjInitDecompress();
            fixed (byte* start = file)
            {
                var length = new CULong((nuint)file.Length);
                var failed = TurboJpeg.tjDecompressHeader3(decoder, start, length, out var width, out var height, out _, out var colors) != 0;
                // Subsampling of an unusual kind is an error too, but one that comes after the size is known; decoding can do it.
                if (width <= 0 || height <= 0 || colors < 0)
                {
                    throw failed ? Damaged(decoder, name) : new ImageException(name, "the JPEG is damaged: it ends before the picture begins");
                }
                ImageDecoder.CheckSize(width, height, name);
                if ((long)width * height > (long)file.Length * MostPixelsPerByte) throw new ImageException(name, $"the JPEG is truncated: {file.Length} bytes cannot hold {width}×{height} pixels");

                return colors switch
                {
                    TurboJpeg.ColorsCmyk or TurboJpeg.ColorsYcck => DecodeCmyk(decoder, start, length, width, height, name),
                    _ => DecodeColors(decoder, start, length, new(width, height, colors == TurboJpeg.ColorsGray ? 1 : 3), name),
                };
            }
        }
        catch (ImageException)
        {
            // A decoder that met an error may stay in the middle of that file and refuse all that follow.
            s_decoderOfThisThread?.Dispose();
            s_decoderOfThisThread = null;
            throw;
        }
    }

    static unsafe Image DecodeColors(TurboJpeg.Decoder decoder, byte* file, CULong length, Image image, string name)
    {
        Decode(decoder, file, length, image.Pixels, image.Width, image.Height, image.Channels == 1 ? TurboJpeg.PixelsGray : TurboJpeg.PixelsRgb, name);
        return image;
    }

    /// <summary>Four inks, which Adobe's programs store inverted; as Pillow, Octet takes them to be so in each file: full ink is 0.</summary>
    static unsafe Image DecodeCmyk(TurboJpeg.Decoder decoder, byte* file, CULong length, int width, int height, string name)
    {
        var image = new Image(width, height, 3);
        var inks = ArrayPool<byte>.Shared.Rent(4 * width * height);
        try
        {
            Decode(decoder, file, length, inks.AsSpan(0, 4 * width * height), width, height, TurboJpeg.PixelsCmyk, name);
            var pixels = image.Pixels;
            for (var (from, to) = (0, 0); to < pixels.Length; from += 4, to += 3)
            {
                var light = inks[from + 3]; // what black lets through
                for (var channel = 0; channel < 3; channel++) pixels[to + channel] = (byte)(light - MultiplyAndDivideBy255(255 - inks[from + channel], light));
            }
            return image;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(inks);
        }
    }

    static unsafe void Decode(TurboJpeg.Decoder decoder, byte* file, CULong length, Span<byte> pixels, int width, int height, int format, string name)
    {
        fixed (byte* target = pixels)
        {
            const int flags = TurboJpeg.AccurateTransform | TurboJpeg.LimitScans;
            var failed = TurboJpeg.tjDecompress2(decoder, file, length, target, width, pitch: 0, height, format, flags) != 0;
            if (failed && !TurboJpeg.ErrorOf(decoder).Contains(HarmlessWarning, StringComparison.Ordinal)) throw Damaged(decoder, name);
        }
    }

    /// <summary>a · b / 255, rounded, without dividing.</summary>
    static int MultiplyAndDivideBy255(int a, int b)
    {
        var product = a * b + 128;
        return ((product >> 8) + product) >> 8;
    }

    static ImageException Damaged(TurboJpeg.Decoder decoder, string name) => new(name, $"the JPEG is damaged: {TurboJpeg.ErrorOf(decoder)}");
}
