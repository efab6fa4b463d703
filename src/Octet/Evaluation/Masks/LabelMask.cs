using Octet.Data;
using Octet.Data.Images;

namespace Octet.Evaluation.Masks;

/// <summary>The right class of each pixel of the model's input.</summary>
sealed class LabelMask
{
    /// <summary>The value of pixels that do not count.</summary>
    public const int Ignored = 255;

    readonly Image _image;
    readonly ImagePlacement _placement;

    LabelMask(Image image, ImagePlacement placement) => (_image, _placement) = (image, placement);

    /// <summary>Of the model's input.</summary>
    public ImageSize Size => _placement.Size;

    /// <param name="path">A PNG of the picture's size.</param>
    /// <param name="pictureSize">Null for a sample that is no picture.</param>
    /// <param name="preprocessing">Where the picture went; null leaves the label as it is.</param>
    /// <exception cref="OctetException">It cannot be read, or has another size.</exception>
    public static LabelMask Read(string path, ImageSize? pictureSize, ImagePreprocessing? preprocessing)
    {
        var image = Decode(path);
        var size = new ImageSize(image.Height, image.Width);
        if (pictureSize is { } wanted && wanted != size)
            throw new SampleException($"The label '{path}' has {size} pixels, but its picture {wanted}.");
        return new(image,
            (pictureSize is null ? null : preprocessing)?.PlacementOf(size.Width, size.Height) ?? new(size, size, 0, 0, size, 1, 1));
    }

    /// <summary>The class of a pixel of the model's input: of the label's pixel nearest to where it comes from, <see cref="Ignored"/> in
    /// the border.</summary>
    public int At(int y, int x)
    {
        var (resized, source) = (_placement.ResizedSize, _placement.SourceSize);
        var (row, column) = (y - _placement.Top, x - _placement.Left);
        if (row < 0 || row >= resized.Height || column < 0 || column >= resized.Width) return Ignored;
        return _image.GetRow(Nearest(row, resized.Height, source.Height))[Nearest(column, resized.Width, source.Width)];
    }

    /// <summary>Of <paramref name="of"/> pixels in a line, the one under the middle of a pixel where the same line has
    /// <paramref name="extent"/> of them.</summary>
    public static int Nearest(int position, int extent, int of) => (int)((2L * position + 1) * of / (2L * extent));

    static Image Decode(string path)
    {
        try
        {
            if (FileType.IsSpecial(path)) throw new ImageException(path, FileType.Special);
            var file = File.ReadAllBytes(path);
            return PngDecoder.IsPng(file)
                ? PngDecoder.DecodeNumbers(file, path) : throw new ImageException(path, "is no PNG; labels of pixels are");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ImageException(path, $"cannot be read: {problem.Message}", problem);
        }
    }
}
