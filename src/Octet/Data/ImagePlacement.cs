namespace Octet.Data;

/// <summary>Where a picture comes to lie in the model's input: resized, then cut or bordered. Also the way back, from the model's pixels to
/// those of the picture.</summary>
/// <param name="SourceSize">The picture as it was decoded.</param>
/// <param name="ResizedSize">The whole picture after resizing.</param>
/// <param name="Left">Column of the input where the resized picture begins; negative where it is cut.</param>
/// <param name="Top">Row of the input where the resized picture begins; negative where it is cut.</param>
/// <param name="Size">The model's input.</param>
/// <param name="ScaleX">Pixels of the input for one of the source, along the row.</param>
/// <param name="ScaleY">Pixels of the input for one of the source, along the column; equal to <paramref name="ScaleX"/> for a
/// letterbox.</param>
public sealed record ImagePlacement(ImageSize SourceSize, ImageSize ResizedSize, int Left, int Top, ImageSize Size, double ScaleX,
    double ScaleY)
{
    /// <summary>A column of the model's input as a column of the picture, for boxes.</summary>
    public double ToSourceX(double x) => (x - Left) / ScaleX;

    /// <summary>A row of the model's input as a row of the picture, for boxes.</summary>
    public double ToSourceY(double y) => (y - Top) / ScaleY;

    internal static ImagePlacement Of(ImagePreprocessing steps, ImageSize source)
    {
        var placement = steps.Letterbox switch
        {
            Letterbox.None => Resized(source, steps.Resize),
            Letterbox.Cover => Covering(source, steps.Resize!.Size!.Value),
            _ => Letterboxed(source, steps.Resize!.Size!.Value, steps.Letterbox),
        };
        return steps.Crop is { } crop
            ? placement with
            {
                Size = crop,
                Left = CropOffset(placement.Size.Width, crop.Width),
                Top = CropOffset(placement.Size.Height, crop.Height)
            } : placement;
    }

    static ImagePlacement Resized(ImageSize source, ImageResize? resize)
    {
        var size = resize switch
        {
            null => source,
            { Size: { } both } => both,
            { ShortSide: { } side } => new(LongSide(side, source.Height, source.Width), LongSide(side, source.Width, source.Height)),
            _ => throw new InvalidOperationException("A resize has a short side or a size."),
        };
        return new(source, size, 0, 0, size, (double)size.Width / source.Width, (double)size.Height / source.Height);
    }

    /// <summary>The extent that keeps the shape when the shorter of two becomes <paramref name="shortSide"/>.</summary>
    static int LongSide(int shortSide, int extent, int other) =>
        extent <= other ? shortSide : (int)Math.Min((long)shortSide * extent / other, int.MaxValue);

    /// <summary>The largest size of the picture's shape inside <paramref name="box"/>; extents are truncated, but exact where the quotient
    /// is whole.</summary>
    static ImagePlacement Letterboxed(ImageSize source, ImageSize box, Letterbox letterbox)
    {
        var isWide = (long)box.Width * source.Height <= (long)box.Height * source.Width;
        var (scale, size) = isWide
            ? ((double)box.Width / source.Width, box with { Height = Math.Max(1, (int)((long)source.Height * box.Width / source.Width)) })
            : ((double)box.Height
                / source.Height, box with { Width = Math.Max(1, (int)((long)source.Width * box.Height / source.Height)) });
        var (left, top) = letterbox == Letterbox.Center ? ((box.Width - size.Width) / 2, (box.Height - size.Height) / 2) : (0, 0);
        return new(source, size, left, top, box, scale, scale);
    }

    /// <summary>The smallest size of the picture's shape that fills the box, cut in the middle; extents and offsets are truncated, as
    /// tpu-mlir's short_side_scale does it.</summary>
    static ImagePlacement Covering(ImageSize source, ImageSize box)
    {
        var isWide = (long)box.Width * source.Height <= (long)box.Height * source.Width;
        var (scale, size) = isWide
            ? ((double)box.Height
                / source.Height, box with { Width = (int)Math.Min((long)source.Width * box.Height / source.Height, int.MaxValue) })
            : ((double)box.Width
                / source.Width, box with { Height = (int)Math.Min((long)source.Height * box.Width / source.Width, int.MaxValue) });
        return new(source, size, -((size.Width - box.Width) / 2), -((size.Height - box.Height) / 2), box, scale, scale);
    }

    /// <summary>
    /// As torchvision's <c>CenterCrop</c>: where the picture is larger, half of what is too much, rounded half to even;
    /// where it is smaller, the border is split with the larger half behind.
    /// </summary>
    static int CropOffset(int extent, int crop) => crop > extent ? (crop - extent) / 2 : -(int)Math.Round((extent - crop) / 2.0);
}
