namespace Octet.Data.Images;

/// <summary>How a stored picture has to be turned to stand upright; the numbers of EXIF's tag 0x0112, which say where the first row and
/// column lie.</summary>
enum PictureOrientation
{
    TopLeft = 1,
    TopRight = 2,
    BottomRight = 3,
    BottomLeft = 4,
    LeftTop = 5,
    RightTop = 6,
    RightBottom = 7,
    LeftBottom = 8,
}

static class PictureOrientations
{
    /// <summary>The picture upright; <paramref name="image"/> itself where nothing is to be done, else its memory is given back.</summary>
    public static Image Upright(this Image image, PictureOrientation orientation)
    {
        if (orientation is <= PictureOrientation.TopLeft or > PictureOrientation.LeftBottom) return image;

        var (width, height, channels) = (image.Width, image.Height, image.Channels);
        var swapsSides = orientation >= PictureOrientation.LeftTop;
        var fromRight = orientation is PictureOrientation.TopRight or PictureOrientation.BottomRight or PictureOrientation.RightBottom
            or PictureOrientation.LeftBottom;
        var fromBottom = orientation is PictureOrientation.BottomRight or PictureOrientation.BottomLeft or PictureOrientation.RightTop
            or PictureOrientation.RightBottom;

        // Distances in the stored picture: between neighbours along its row and along its column, counted from the corner that becomes the
        // top left one.
        var (alongRow, alongColumn) = (fromRight ? -channels : channels, (fromBottom ? -width : width) * channels);
        var corner = ((fromBottom ? height - 1 : 0) * width + (fromRight ? width - 1 : 0)) * channels;
        var (stepX, stepY) = swapsSides ? (alongColumn, alongRow) : (alongRow, alongColumn);

        var result = swapsSides ? new Image(height, width, channels) : new Image(width, height, channels);
        var source = image.Pixels;
        var target = result.Pixels;
        var to = 0;
        for (var y = 0; y < result.Height; y++)
        {
            var from = corner + y * stepY;
            for (var x = 0; x < result.Width; x++, from += stepX)
            {
                for (var channel = 0; channel < channels; channel++) target[to++] = source[from + channel];
            }
        }
        image.Release();
        return result;
    }
}
