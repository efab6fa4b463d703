using System.Buffers;
using System.Runtime.Intrinsics;
using SkiaSharp;

namespace Octet.Data.Images;

/// <summary>JPEG, WebP, BMP and GIF through Skia.</summary>
/// <remarks>
/// The pixels are those of libjpeg-turbo and libwebp with the settings that Pillow uses. No colour profile is applied, alpha is dropped,
/// and of pictures that move the first one is taken.
/// </remarks>
static class SkiaDecoder
{
    /// <exception cref="ImageException">The file is damaged or truncated, or declares too large a picture.</exception>
    /// <exception cref="MissingLibraryException">Skia cannot be loaded on this system.</exception>
    public static unsafe Image Decode(ReadOnlySpan<byte> file, string format, string name, out PictureOrientation orientation)
    {
        try
        {
            fixed (byte* start = file)
            {
                using var data = SKData.Create((nint)start, file.Length);
                using var codec = SKCodec.Create(data)
                    ?? throw new ImageException(name, $"the {format} is damaged: what should say its size cannot be read");
                ImageDecoder.CheckSize(codec.Info.Width, codec.Info.Height, name);
                if (codec.EncodedFormat == SKEncodedImageFormat.Jpeg) CheckJpeg(file, codec.Info, name);

                orientation = (PictureOrientation)codec.EncodedOrigin;
                return Decode(codec, format, name);
            }
        }
        catch (Exception problem) when (problem is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw new MissingLibraryException(
                $"{format} pictures are decoded by SkiaSharp, whose library (libSkiaSharp) cannot be loaded on this system: "
                + $"{(problem.InnerException ?? problem).Message} "
                + "It lies beside Octet where that was published for this system; PNG pictures do not need it.", problem);
        }
    }

    static void CheckJpeg(ReadOnlySpan<byte> file, SKImageInfo info, string name)
    {
        const int maxPixelsPerByte = 512; // each block of 8 × 8 takes at least a bit
        if ((long)info.Width * info.Height > (long)file.Length * maxPixelsPerByte)
        {
            throw new ImageException(name, $"the JPEG is truncated: {file.Length} bytes cannot hold {info.Width}×{info.Height} pixels");
        }
        JpegStructure.Check(file, name);
    }

    static unsafe Image Decode(SKCodec codec, string format, string name)
    {
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        var isGray = codec.Info.ColorType == SKColorType.Gray8;
        // Without a colour space of its own the target takes colours as they are stored. Alpha that is not multiplied in can be dropped.
        var target = new SKImageInfo(width, height, isGray ? SKColorType.Gray8 : SKColorType.Rgba8888,
            codec.Info.IsOpaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul, null);

        var memory = ArrayPool<byte>.Shared.Rent(target.BytesSize + Image.SpareBytes);
        var isDone = false;
        try
        {
            SKCodecResult result;
            fixed (byte* pixels = memory) result = codec.GetPixels(target, (nint)pixels);
            if (result != SKCodecResult.Success)
            {
                throw new ImageException(name,
                    result == SKCodecResult.IncompleteInput ? $"the {format} is truncated" : $"the {format} is damaged ({result})");
            }
            if (!isGray) DropFourth(memory.AsSpan(0, target.BytesSize));
            isDone = true;
            return Image.OfRented(memory, width, height, isGray ? 1 : 3);
        }
        finally
        {
            if (!isDone) ArrayPool<byte>.Shared.Return(memory);
        }
    }

    /// <summary>Moves pixels of four bytes together so that each has its first three, in place.</summary>
    internal static void DropFourth(Span<byte> pixels)
    {
        var (from, to) = (0, 0);
        if (Vector128.IsHardwareAccelerated)
        {
            var firstThree = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);
            // What is stored beyond the four pixels lies no further than what was loaded.
            for (; from + 16 <= pixels.Length; from += 16, to += 12)
                Vector128.Shuffle(Vector128.Create<byte>(pixels.Slice(from, 16)), firstThree).CopyTo(pixels[to..]);
        }
        for (; from < pixels.Length; from += 4, to += 3) pixels.Slice(from, 3).CopyTo(pixels[to..]);
    }
}
