using System.Buffers.Binary;

namespace Octet.Data.Images;

/// <summary>Colour types of the PNG specification, section 11.2.1.</summary>
enum PngColor
{
    Gray = 0,
    Rgb = 2,
    Palette = 3,
    GrayAlpha = 4,
    Rgba = 6,
}

/// <summary>The IHDR chunk: what a PNG's rows look like.</summary>
sealed record PngHeader(int Width, int Height, int BitDepth, PngColor Color, bool IsInterlaced)
{
    public const int Length = 13;

    /// <summary>Whether fewer than 8 bits stay what they are, instead of being stretched to 0..255.</summary>
    public bool KeepsNumbers { get; init; }

    int SamplesPerPixel => Color switch
    {
        PngColor.Rgb => 3,
        PngColor.GrayAlpha => 2,
        PngColor.Rgba => 4,
        _ => 1,
    };

    public int BitsPerPixel => SamplesPerPixel * BitDepth;

    /// <summary>Distance to the byte that filters call the left one.</summary>
    public int FilterDistance => Math.Max(1, BitsPerPixel / 8);

    /// <summary>Channels of the decoded picture, alpha dropped.</summary>
    public int Channels => Color is PngColor.Gray or PngColor.GrayAlpha ? 1 : 3;

    public IReadOnlyList<PngPass> Passes => IsInterlaced ? PngPass.Adam7 : PngPass.Whole;

    /// <summary>Bytes of a row of so many pixels, without the filter type before it.</summary>
    public int RowBytes(int pixels) => (int)(((long)pixels * BitsPerPixel + 7) / 8);

    /// <summary>Bytes of all rows of all passes, filter types included.</summary>
    public long InflatedBytes =>
        Passes.Sum(pass => pass.WidthOf(this) == 0 ? 0 : (long)pass.HeightOf(this) * (1 + RowBytes(pass.WidthOf(this))));

    /// <exception cref="ImageException">A field has a value that the specification does not know, or the picture is too large.</exception>
    public static PngHeader Read(ReadOnlySpan<byte> chunk, string name)
    {
        if (chunk.Length != Length) throw new ImageException(name, $"the PNG header has {chunk.Length} bytes instead of {Length}");

        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(chunk), BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]));
        ImageDecoder.CheckSize(width, height, name);

        var (depth, color, compression, filter, interlace) = (chunk[8], (PngColor)chunk[9], chunk[10], chunk[11], chunk[12]);
        var fits = color switch
        {
            PngColor.Gray => depth is 1 or 2 or 4 or 8 or 16,
            PngColor.Palette => depth is 1 or 2 or 4 or 8,
            PngColor.Rgb or PngColor.GrayAlpha or PngColor.Rgba => depth is 8 or 16,
            _ => throw new ImageException(name, $"has PNG colour type {chunk[9]}, which does not exist"),
        };
        if (!fits) throw new ImageException(name, $"has PNG colour type {chunk[9]} with {depth} bits, a pair that does not exist");
        if (compression != 0 || filter != 0 || interlace > 1)
        {
            throw new ImageException(name,
                $"has an unknown PNG method (compression {compression}, filter {filter}, interlace {interlace})");
        }
        return new((int)width, (int)height, depth, color, interlace == 1);
    }
}

/// <summary>A part of an interlaced picture that is stored like a picture of its own: every <c>StepX</c>-th pixel of every <c>StepY</c>-th
/// row.</summary>
readonly record struct PngPass(int StartX, int StartY, int StepX, int StepY)
{
    public static IReadOnlyList<PngPass> Whole { get; } = [new(0, 0, 1, 1)];

    /// <summary>PNG specification, section 8.2.</summary>
    public static IReadOnlyList<PngPass> Adam7 { get; } =
        [new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2)];

    public int WidthOf(PngHeader header) => (header.Width - StartX + StepX - 1) / StepX;

    public int HeightOf(PngHeader header) => (header.Height - StartY + StepY - 1) / StepY;
}
