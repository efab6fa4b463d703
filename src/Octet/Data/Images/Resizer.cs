namespace Octet.Data.Images;

/// <summary>A rectangle of pixels.</summary>
readonly record struct Window(int Left, int Top, int Width, int Height)
{
    public int Right => Left + Width;

    public int Bottom => Top + Height;
}

/// <summary>Brings pictures to another size, or only that part of the result which is wanted: a pixel costs the same with and without its
/// neighbours.</summary>
static class Resizer
{
    /// <param name="image">The picture.</param>
    /// <param name="width">Of the whole resized picture.</param>
    /// <param name="height">Of the whole resized picture.</param>
    /// <param name="resampling">Whose pixels to give.</param>
    /// <param name="window">The part of the resized picture to compute.</param>
    public static Image Resize(Image image, int width, int height, Resampling resampling, Window window)
    {
        if (image.Width == width && image.Height == height) return window == new Window(0, 0, width, height) ? image : Cut(image, window);
        return resampling == Resampling.Pillow
            ? PillowBilinear.Resize(image, width, height, window)
            : OpenCvBilinear.Resize(image, width, height, window);
    }

    static Image Cut(Image image, Window window)
    {
        var result = new Image(window.Width, window.Height, image.Channels);
        for (var y = 0; y < window.Height; y++)
        {
            image.GetRow(window.Top + y).Slice(window.Left * image.Channels, window.Width * image.Channels).CopyTo(result.GetRow(y));
        }
        return result;
    }
}
