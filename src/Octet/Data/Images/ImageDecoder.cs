using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Octet.Data.Images;

/// <summary>Decodes PNG and JPEG files, told apart by their first bytes and not by their name.</summary>
/// <remarks>
/// Pixels are those of Pillow's <c>convert("RGB")</c>: alpha is dropped, 16 bits become their upper 8, the orientation in EXIF is not applied.
/// PNG exactly so; JPEG within one step. A picture without colour has one channel; <see cref="Image.ToRgb"/> gives it three.
/// </remarks>
public static class ImageDecoder
{
    const long MostFileBytes = 1L << 30;

    static readonly (string Format, int Offset, byte[] Signature)[] Foreign =
    [
        ("BMP", 0, "BM"u8.ToArray()),
        ("GIF", 0, "GIF8"u8.ToArray()),
        ("WebP", 8, "WEBP"u8.ToArray()),
        ("TIFF", 0, [(byte)'I', (byte)'I', 42, 0]),
        ("TIFF", 0, [(byte)'M', (byte)'M', 0, 42]),
        ("HEIF or AVIF", 4, "ftyp"u8.ToArray()),
        ("JPEG 2000", 4, "jP  "u8.ToArray()),
        ("JPEG XL", 4, "JXL "u8.ToArray()),
    ];

    /// <exception cref="ImageException">The file is absent, damaged, too large, or of another format.</exception>
    /// <exception cref="MissingLibraryException">The file is a JPEG, and libturbojpeg is not installed.</exception>
    public static Image Decode(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            if (length > MostFileBytes) throw new ImageException(path, $"the file has {length} bytes; at most {MostFileBytes} are read");
            var bytes = ArrayPool<byte>.Shared.Rent((int)length);
            try
            {
                return Decode(bytes.AsSpan(0, Read(file, bytes.AsSpan(0, (int)length))), path);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ImageException(path, $"cannot be read: {problem.Message}", problem);
        }
    }

    /// <param name="file">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ImageException">The bytes are damaged, declare too large a picture, or are of another format.</exception>
    /// <exception cref="MissingLibraryException">They are a JPEG, and libturbojpeg is not installed.</exception>
    public static Image Decode(ReadOnlySpan<byte> file, string name)
    {
        if (PngDecoder.IsPng(file)) return PngDecoder.Decode(file, name);
        if (JpegDecoder.IsJpeg(file)) return JpegDecoder.Decode(file, name);
        throw new ImageException(name, file.IsEmpty ? "the file is empty" : $"{FormatOf(file)}; Octet reads PNG and JPEG, convert it to one of these");
    }

    /// <returns>How many bytes were there; fewer than expected if the file shrank.</returns>
    static int Read(SafeFileHandle file, Span<byte> bytes)
    {
        var done = 0;
        while (done < bytes.Length && RandomAccess.Read(file, bytes[done..], done) is > 0 and var count) done += count;
        return done;
    }

    /// <summary>Checks an extent before memory is allocated for it.</summary>
    internal static void CheckSize(long width, long height, string name)
    {
        if (width < 1 || height < 1) throw new ImageException(name, $"declares an impossible size of {width}×{height}");
        if (width > Image.MostExtent || height > Image.MostExtent || width * height > Image.MostPixels)
        {
            throw new ImageException(name, $"declares {width}×{height} pixels; more than {Image.MostPixels}, or {Image.MostExtent} on a side, are refused");
        }
    }

    static string FormatOf(ReadOnlySpan<byte> file)
    {
        foreach (var (format, offset, signature) in Foreign)
        {
            if (file.Length > offset && file[offset..].StartsWith(signature)) return $"is a {format} file, which is not supported";
        }
        return "is no picture in a known format";
    }
}
