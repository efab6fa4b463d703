using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Octet.Data.Images;

/// <summary>Decodes PNG, JPEG, WebP, BMP and GIF files, told apart by their first bytes and not by their name.</summary>
/// <remarks>
/// Pixels are those of Pillow's <c>ImageOps.exif_transpose</c> and <c>convert("RGB")</c>: a picture stands upright, alpha is dropped, 16
/// bits become their upper 8. PNG exactly so; JPEG within one step. A picture without colour has one channel; <see cref="Image.ToRgb"/>
/// gives it three. Of a GIF or WebP that moves, the first picture is taken.
/// </remarks>
public static class ImageDecoder
{
    const string Known = "PNG, JPEG, WebP, BMP and GIF";

    const long MaxFileBytes = 1L << 30;

    static readonly (string Format, int Offset, byte[] Signature)[] Decoded =
    [
        ("JPEG", 0, [0xFF, 0xD8, 0xFF]),
        ("WebP", 8, "WEBP"u8.ToArray()),
        ("BMP", 0, "BM"u8.ToArray()),
        ("GIF", 0, "GIF8"u8.ToArray()),
    ];

    static readonly (string Format, int Offset, byte[] Signature)[] Foreign =
    [
        ("TIFF", 0, [(byte)'I', (byte)'I', 42, 0]),
        ("TIFF", 0, [(byte)'M', (byte)'M', 0, 42]),
        ("HEIF or AVIF", 4, "ftyp"u8.ToArray()),
        ("JPEG 2000", 4, "jP  "u8.ToArray()),
        ("JPEG XL", 4, "JXL "u8.ToArray()),
    ];

    /// <summary>Decodes a file into 1 (gray), 3 (RGB) or 4 channels of 8 bits.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ignoreOrientation">Whether pixels stay as they are stored, instead of being turned as EXIF says.</param>
    /// <exception cref="ImageException">The file is absent, damaged, too large, or of another format.</exception>
    /// <exception cref="MissingLibraryException">The file is no PNG, and Skia cannot be loaded on this system.</exception>
    public static Image Decode(string path, bool ignoreOrientation = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            // Checked before opening: opening a pipe waits for its writer.
            if (FileType.IsSpecial(path)) throw new ImageException(path, FileType.Special);
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            if (length > MaxFileBytes) throw new ImageException(path, $"the file has {length} bytes; at most {MaxFileBytes} are read");
            var bytes = ArrayPool<byte>.Shared.Rent((int)length);
            try
            {
                return Decode(bytes.AsSpan(0, Read(file, bytes.AsSpan(0, (int)length))), path, ignoreOrientation);
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

    /// <summary>Decodes a picture from memory.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="ignoreOrientation">Whether pixels stay as they are stored, instead of being turned as EXIF says.</param>
    /// <exception cref="ImageException">The bytes are damaged, declare too large a picture, or are of another format.</exception>
    /// <exception cref="MissingLibraryException">They are no PNG, and Skia cannot be loaded on this system.</exception>
    public static Image Decode(ReadOnlySpan<byte> file, string name, bool ignoreOrientation = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (file.IsEmpty) throw new ImageException(name, "the file is empty");

        PictureOrientation orientation;
        var image = PngDecoder.IsPng(file) ? PngDecoder.Decode(file, name, out orientation)
            : FormatOf(file, Decoded) is { } format ? SkiaDecoder.Decode(file, format, name, out orientation)
            : throw new ImageException(name,
                (FormatOf(file, Foreign) is { } foreign
                    ? $"is a {foreign} file, which is not supported" : "is no picture in a known format")
                + $"; {Known} are read, convert it to one of these");
        return ignoreOrientation ? image : image.Upright(orientation);
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
        if (width > Image.MaxExtent || height > Image.MaxExtent || width * height > Image.MaxPixels)
        {
            throw new ImageException(name,
                $"declares {width}×{height} pixels; more than {Image.MaxPixels}, or {Image.MaxExtent} on a side, are refused");
        }
    }

    static string? FormatOf(ReadOnlySpan<byte> file, (string Format, int Offset, byte[] Signature)[] formats)
    {
        foreach (var (format, offset, signature) in formats)
        {
            if (file.Length > offset && file[offset..].StartsWith(signature)) return format;
        }
        return null;
    }
}
