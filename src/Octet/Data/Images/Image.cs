using System.Buffers;

namespace Octet.Data.Images;

/// <summary>A picture of 8 bits a channel: rows from the top, pixels from the left, channels of a pixel side by side (RGB, or one of
/// grey).</summary>
public sealed class Image
{
    /// <summary>Vector code may read this far past the last pixel; it never uses what it reads.</summary>
    internal const int SpareBytes = 16;

    /// <summary>More than this is refused: 67 million, 200 MB of RGB. Decoders take up to 10 bytes for each.</summary>
    internal const int MaxPixels = 1 << 26;

    /// <summary>A longer side is refused; JPEG cannot be larger either.</summary>
    internal const int MaxExtent = 65_535;

    byte[] _memory;

    /// <summary>Allocates a picture; its pixels are undefined until they are written.</summary>
    internal Image(int width, int height, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (channels is not (1 or 3)) throw new ArgumentOutOfRangeException(nameof(channels), channels, "A picture has 1 channel or 3.");
        (Width, Height, Channels) = (width, height, channels);
        _memory = ArrayPool<byte>.Shared.Rent(checked(width * height * channels + SpareBytes));
    }

    /// <summary>Copies pixels of the form [height, width, channels].</summary>
    public Image(int width, int height, int channels, ReadOnlySpan<byte> pixels) : this(width, height, channels)
    {
        if (pixels.Length != Pixels.Length) throw new ArgumentException($"{pixels.Length} bytes do not fill {this}.", nameof(pixels));
        pixels.CopyTo(Pixels);
    }

    Image(byte[] memory, int width, int height, int channels) => (_memory, Width, Height, Channels) = (memory, width, height, channels);

    /// <summary>Takes over memory from the shared pool that holds the pixels and has room for the spare bytes after them.</summary>
    internal static Image OfRented(byte[] memory, int width, int height, int channels) => new(memory, width, height, channels);

    /// <summary>In pixels.</summary>
    public int Width { get; }

    /// <summary>In pixels.</summary>
    public int Height { get; }

    /// <summary>3 (red, green, blue) or 1 (grey).</summary>
    public int Channels { get; }

    /// <summary>[height, width, channels].</summary>
    public Span<byte> Pixels => _memory.AsSpan(0, Width * Height * Channels);

    /// <summary>The <c>Width · Channels</c> bytes of row <paramref name="y"/>, counted from the top, in the memory of the
    /// picture.</summary>
    public Span<byte> GetRow(int y) => Pixels.Slice(y * Width * Channels, Width * Channels);

    /// <summary>The pixels with the spare bytes after them.</summary>
    internal ReadOnlySpan<byte> PixelsAndSpare => _memory.AsSpan(0, Width * Height * Channels + SpareBytes);

    /// <summary>Gives the memory to the next picture; only for the caller that made the picture and has not given it to code that keeps
    /// it.</summary>
    internal void Release()
    {
        ArrayPool<byte>.Shared.Return(_memory);
        _memory = [];
    }

    /// <summary>Three equal channels for a grey picture; this picture if it has three already.</summary>
    public Image ToRgb()
    {
        if (Channels == 3) return this;
        var result = new Image(Width, Height, 3);
        var from = Pixels;
        var to = result.Pixels;
        for (var i = 0; i < from.Length; i++) to.Slice(3 * i, 3).Fill(from[i]);
        return result;
    }

    /// <summary>Brightness by ITU-R 601, <c>0.299 R + 0.587 G + 0.114 B</c> in 16-bit fixed point, rounded, as Pillow's mode L; this
    /// picture if it is grey already.</summary>
    public Image ToGray()
    {
        if (Channels == 1) return this;
        var result = new Image(Width, Height, 1);
        var from = Pixels;
        var to = result.Pixels;
        for (var i = 0; i < to.Length; i++)
        {
            var pixel = from.Slice(3 * i, 3);
            to[i] = (byte)((pixel[0] * 19595 + pixel[1] * 38470 + pixel[2] * 7471 + 0x8000) >> 16);
        }
        return result;
    }

    /// <summary>Another size by bilinear interpolation.</summary>
    public Image Resize(int width, int height, Resampling resampling)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        return Resizer.Resize(this, width, height, resampling, new(0, 0, width, height));
    }

    /// <summary><c>640×480 RGB</c>.</summary>
    public override string ToString() => $"{Width}×{Height} {(Channels == 3 ? "RGB" : "grey")}";
}
