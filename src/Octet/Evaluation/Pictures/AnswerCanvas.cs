using Octet.Data.Images;
using SkiaSharp;

namespace Octet.Evaluation;

/// <summary>A copy of a picture on which boxes and masks are drawn.</summary>
/// <remarks>Pixels are set one by one, and numbers have a font of their own, so that the drawing is the same on every system.</remarks>
sealed class AnswerCanvas
{
    /// <summary>Digits and the percent sign of 3 × 5 pixels: a number for each row, its bits the columns from the left.</summary>
    static readonly Dictionary<char, byte[]> Glyphs = new()
    {
        ['0'] = [7, 5, 5, 5, 7],
        ['1'] = [2, 6, 2, 2, 7],
        ['2'] = [7, 1, 7, 4, 7],
        ['3'] = [7, 1, 7, 1, 7],
        ['4'] = [5, 5, 7, 1, 1],
        ['5'] = [7, 4, 7, 1, 7],
        ['6'] = [7, 4, 7, 5, 7],
        ['7'] = [7, 1, 1, 2, 2],
        ['8'] = [7, 5, 7, 5, 7],
        ['9'] = [7, 5, 7, 1, 7],
        ['%'] = [5, 1, 2, 4, 5],
        [' '] = [0, 0, 0, 0, 0],
    };

    const int GlyphWidth = 3, GlyphHeight = 5;

    readonly int _width, _height, _unit;
    readonly byte[] _pixels;

    public AnswerCanvas(Image picture)
    {
        (_width, _height) = (picture.Width, picture.Height);
        _pixels = new byte[4 * _width * _height];
        for (var index = 0; index < _width * _height; index++)
        {
            for (var channel = 0; channel < 3; channel++)
                _pixels[4 * index + channel] = picture.Pixels[index * picture.Channels + (picture.Channels == 1 ? 0 : channel)];
            _pixels[4 * index + 3] = byte.MaxValue;
        }
        // Lines that can be seen when the whole picture is.
        _unit = Math.Max(1, Math.Min(_width, _height) / 160);
    }

    /// <summary>Colours each pixel by its class; class 0, the background, stays as it is.</summary>
    /// <param name="classAt">The class of the pixel in a column and a row.</param>
    public void Colour(Func<int, int, int> classAt)
    {
        for (var y = 0; y < _height; y++)
        {
            for (var x = 0; x < _width; x++)
            {
                if (classAt(x, y) is > 0 and var index) Set(x, y, ColourOf(index), opacity: 0.6);
            }
        }
    }

    /// <summary>A rectangle, in pixels, with a label at its upper left corner.</summary>
    public void Outline(int left, int top, int right, int bottom, int index, string label)
    {
        var colour = ColourOf(index + 1);
        (left, right) = (Math.Clamp(left, 0, _width - 1), Math.Clamp(right, 0, _width - 1));
        (top, bottom) = (Math.Clamp(top, 0, _height - 1), Math.Clamp(bottom, 0, _height - 1));
        Fill(left, top, right - left + 1, _unit, colour);
        Fill(left, bottom - _unit + 1, right - left + 1, _unit, colour);
        Fill(left, top, _unit, bottom - top + 1, colour);
        Fill(right - _unit + 1, top, _unit, bottom - top + 1, colour);
        Write(left, top, label, colour);
    }

    public byte[] ToPng()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(_width, _height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        _pixels.CopyTo(bitmap.GetPixelSpan());
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    void Write(int left, int top, string label, (byte R, byte G, byte B) colour)
    {
        var unit = Math.Max(2, _unit);
        Fill(left, top, (label.Length * (GlyphWidth + 1) + 1) * unit, (GlyphHeight + 2) * unit, colour);
        var ink = colour.R * 0.3 + colour.G * 0.6 + colour.B * 0.1 > 128 ? ((byte)0, (byte)0, (byte)0) : ((byte)255, (byte)255, (byte)255);
        foreach (var (place, character) in label.Index())
        {
            for (var row = 0; row < GlyphHeight; row++)
            {
                for (var column = 0; column < GlyphWidth; column++)
                {
                    if ((Glyphs[character][row] >> (GlyphWidth - 1 - column) & 1) == 1)
                        Fill(left + (1 + place * (GlyphWidth + 1) + column) * unit, top + (1 + row) * unit, unit, unit, ink);
                }
            }
        }
    }

    void Fill(int left, int top, int width, int height, (byte R, byte G, byte B) colour)
    {
        for (var y = Math.Max(0, top); y < Math.Min(_height, top + height); y++)
        {
            for (var x = Math.Max(0, left); x < Math.Min(_width, left + width); x++) Set(x, y, colour, opacity: 1);
        }
    }

    void Set(int x, int y, (byte R, byte G, byte B) colour, double opacity)
    {
        var at = 4 * (y * _width + x);
        _pixels[at] = Mix(_pixels[at], colour.R);
        _pixels[at + 1] = Mix(_pixels[at + 1], colour.G);
        _pixels[at + 2] = Mix(_pixels[at + 2], colour.B);

        byte Mix(byte below, byte above) => (byte)Math.Round(below + opacity * (above - below));
    }

    /// <summary>Colours that differ for neighbouring classes: those of the masks of PASCAL VOC, whose bits are the bits of the class in
    /// turn.</summary>
    static (byte R, byte G, byte B) ColourOf(int index)
    {
        var (red, green, blue) = (0, 0, 0);
        for (var bit = 7; bit >= 0 && index > 0; bit--, index >>= 3)
        {
            red |= (index & 1) << bit;
            green |= (index >> 1 & 1) << bit;
            blue |= (index >> 2 & 1) << bit;
        }
        return ((byte)red, (byte)green, (byte)blue);
    }
}
