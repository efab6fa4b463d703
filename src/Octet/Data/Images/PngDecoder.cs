using System.Buffers.Binary;
using System.IO.Compression;

namespace Octet.Data.Images;

/// <summary>PNG of all colour types and depths, interlaced or not, in managed code.</summary>
/// <remarks>
/// Skia is not used for PNG: it gives the same pixels, but not the numbers of a palette, which masks are, and it takes a file without its
/// end for whole. Alpha and transparent colours are dropped, 16 bits become their upper 8, fewer than 8 are stretched to 0..255.
/// Nothing is allocated for the pixels before the compressed data was found long enough to hold them; rows are inflated one after another.
/// Source: PNG specification (W3C, third edition).
/// </remarks>
static class PngDecoder
{
    /// <summary>Deflate cannot do better: a copy of 258 bytes takes at least two bits.</summary>
    const int MaxInflation = 1032;

    static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <exception cref="ImageException">The file is damaged or truncated, or breaks the specification.</exception>
    public static Image Decode(ReadOnlySpan<byte> file, string name, out PictureOrientation orientation)
    {
        var (header, palette, compressed) = ReadChunks(file, name, out orientation);
        return Decode(header, palette, compressed, name);
    }

    /// <summary>The numbers as the file holds them, one a pixel: of colours in a palette, or levels of grey that are not stretched. So
    /// masks are stored.</summary>
    /// <exception cref="ImageException">Also for a picture in colour, or with 16 bits.</exception>
    public static Image DecodeNumbers(ReadOnlySpan<byte> file, string name)
    {
        var (header, palette, compressed) = ReadChunks(file, name, out _);
        if (header.Color is not (PngColor.Gray or PngColor.Palette) || header.BitDepth > 8)
            throw new ImageException(name,
                "is no mask: a mask is a PNG with one number a pixel, grey or with a palette, of at most 8 bits");
        return Decode(header with { Color = PngColor.Gray, KeepsNumbers = true }, palette, compressed, name);
    }

    static Image Decode(PngHeader header, byte[] palette, MemoryStream compressed, string name)
    {
        if (header.InflatedBytes > (compressed.Length + 1) * MaxInflation)
        {
            throw new ImageException(name,
                $"the PNG is truncated: {compressed.Length} compressed bytes cannot hold {header.Width}×{header.Height} pixels");
        }

        var image = new Image(header.Width, header.Height, header.Channels);
        try
        {
            using var inflated = new BufferedStream(new ZLibStream(compressed, CompressionMode.Decompress), 1 << 16);
            foreach (var pass in header.Passes) ReadPass(inflated, header, pass, palette, image, name);
            inflated.ReadByte(); // reaches the checksum at the end
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException or NotSupportedException)
        {
            throw new ImageException(name, "the PNG is damaged: its compressed data ends early or is corrupt", problem);
        }
        return image;
    }

    static (PngHeader Header, byte[] Palette, MemoryStream Compressed) ReadChunks(ReadOnlySpan<byte> file, string name,
        out PictureOrientation orientation)
    {
        orientation = PictureOrientation.TopLeft;
        PngHeader? header = null;
        byte[] palette = [];
        var compressed = new MemoryStream();

        for (var rest = file[Signature.Length..]; ;)
        {
            var type = ReadChunk(ref rest, name, out var content);
            if (header is null != type is "IHDR") throw new ImageException(name, "the PNG does not begin with its header, or has two");
            switch (type)
            {
                case "IHDR":
                    header = PngHeader.Read(content, name);
                    break;
                case "PLTE":
                    if (content.Length is 0 or > 3 * 256 || content.Length % 3 != 0)
                        throw new ImageException(name,
                            $"the PNG has a palette of {content.Length} bytes; a palette has 1 to 256 colours of 3 bytes");
                    palette = content.ToArray();
                    break;
                case "eXIf":
                    orientation = ExifOrientation.Of(content);
                    break;
                case "IDAT":
                    compressed.Write(content);
                    break;
                case "IEND":
                    if (compressed.Length == 0) throw new ImageException(name, "the PNG has no pixels");
                    if (header!.Color == PngColor.Palette && palette.Length == 0)
                        throw new ImageException(name, "the PNG has no palette, but its pixels are numbers of palette colours");
                    compressed.Position = 0;
                    return (header, palette, compressed);
                default:
                    if (char.IsAsciiLetterUpper(type[0]))
                        throw new ImageException(name, $"the PNG needs an extension, '{type}', which is not supported");
                    break;
            }
        }
    }

    /// <summary>Takes one chunk off the file and checks its checksum; that of chunks which do not matter to the pixels is not looked
    /// at.</summary>
    static string ReadChunk(ref ReadOnlySpan<byte> rest, string name, out ReadOnlySpan<byte> content)
    {
        const int overhead = 12; // length, type and checksum
        if (rest.Length < overhead) throw new ImageException(name, "the PNG is truncated: its end is missing");
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - overhead)
            throw new ImageException(name,
                $"the PNG is truncated: a part of {length} bytes is announced, but only {rest.Length - overhead} follow");

        var typeAndContent = rest.Slice(4, 4 + (int)length);
        var type = string.Create(4, typeAndContent[..4], (text, bytes) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = char.IsAsciiLetter((char)bytes[i]) ? (char)bytes[i] : '?';
        });
        if (type.Contains('?')) throw new ImageException(name, "the PNG is damaged: what should be the type of a part is none");
        var stored = BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]);
        if (char.IsAsciiLetterUpper(type[0]) && stored != Crc32.Of(typeAndContent))
            throw new ImageException(name, $"the PNG is damaged: the checksum of a part ('{type}') is wrong");

        content = typeAndContent[4..];
        rest = rest[(overhead + (int)length)..];
        return type;
    }

    static void ReadPass(Stream inflated, PngHeader header, PngPass pass, byte[] palette, Image image, string name)
    {
        var (width, height) = (pass.WidthOf(header), pass.HeightOf(header));
        if (width == 0) return;

        // Each row with its filter type before it.
        var (row, above) = (new byte[1 + header.RowBytes(width)], new byte[1 + header.RowBytes(width)]);
        var pixels = new byte[width * header.Channels];
        for (var y = 0; y < height; y++)
        {
            inflated.ReadExactly(row);
            if (!PngFilter.Undo(row[0], row.AsSpan(1), above.AsSpan(1), header.FilterDistance))
                throw new ImageException(name, $"the PNG is damaged: row {y} has filter type {row[0]}, which does not exist");

            var target = image.GetRow(pass.StartY + y * pass.StepY);
            if (pass.StepX == 1)
            {
                Expand(row.AsSpan(1), header, palette, target, name);
            }
            else
            {
                Expand(row.AsSpan(1), header, palette, pixels, name);
                for (var x = 0; x < width; x++)
                {
                    pixels.AsSpan(x * header.Channels, header.Channels)
                        .CopyTo(target[((pass.StartX + x * pass.StepX) * header.Channels)..]);
                }
            }
            (row, above) = (above, row);
        }
    }

    /// <summary>Turns a row as it is stored into 8-bit channels without alpha.</summary>
    static void Expand(ReadOnlySpan<byte> row, PngHeader header, byte[] palette, Span<byte> pixels, string name)
    {
        if (header.Color == PngColor.Palette) ExpandPalette(row, header.BitDepth, palette, pixels, name);
        else if (header.BitDepth < 8)
            ExpandBits(row, header.BitDepth, header.KeepsNumbers ? 1 : 255 / ((1 << header.BitDepth) - 1), pixels);
        else if (header.BitsPerPixel == 8 * header.Channels) row.CopyTo(pixels);
        else ExpandBytes(row, header.BitDepth / 8, header.BitsPerPixel / 8, header.Channels, pixels);
    }

    static void ExpandPalette(ReadOnlySpan<byte> row, int bits, byte[] palette, Span<byte> pixels, string name)
    {
        for (var x = 0; x < pixels.Length / 3; x++)
        {
            var color = Bits(row, x, bits);
            if (3 * color >= palette.Length)
                throw new ImageException(name, $"the PNG is damaged: a pixel has colour {color} of a palette of {palette.Length / 3}");
            palette.AsSpan(3 * color, 3).CopyTo(pixels[(3 * x)..]);
        }
    }

    static void ExpandBits(ReadOnlySpan<byte> row, int bits, int stretch, Span<byte> gray)
    {
        for (var x = 0; x < gray.Length; x++) gray[x] = (byte)(Bits(row, x, bits) * stretch);
    }

    static void ExpandBytes(ReadOnlySpan<byte> row, int bytesPerSample, int bytesPerPixel, int channels, Span<byte> pixels)
    {
        for (var (from, to) = (0, 0); to < pixels.Length; from += bytesPerPixel, to += channels)
        {
            for (var channel = 0; channel < channels; channel++) pixels[to + channel] = row[from + channel * bytesPerSample];
        }
    }

    /// <summary>The <paramref name="index"/>-th value of 1, 2, 4 or 8 bits; the first one in a byte has its upper bits.</summary>
    static int Bits(ReadOnlySpan<byte> row, int index, int bits)
    {
        var position = (long)index * bits;
        return (row[(int)(position / 8)] >> (int)(8 - bits - position % 8)) & ((1 << bits) - 1);
    }
}
