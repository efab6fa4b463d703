using Octet.Data.Images;
using Octet.Tensors;

namespace Octet.Data;

/// <summary>Carries out preprocessing. What a value of 0..255 becomes is computed once and looked up for each pixel.</summary>
static class ImageTensor
{
    const byte UsualLetterboxPad = 114;

    public static Tensor Of(Image image, ImagePreprocessing steps, DataType type, TensorPool pool)
    {
        var source = steps.PixelFormat == PixelFormat.Gray ? image.ToGray() : image;
        var placement = steps.PlacementOf(source.Width, source.Height);
        var (size, resized) = (placement.Size, placement.ResizedSize);
        if ((long)resized.Width * resized.Height > Image.MaxPixels)
        {
            throw new PreprocessingException($"A picture of {image.Width}×{image.Height} would become {resized.Width}×{resized.Height}; "
                + $"more than {Image.MaxPixels} pixels are refused. Resize to a fixed height x width instead.");
        }

        var (left, top) = (Math.Max(placement.Left, 0), Math.Max(placement.Top, 0));
        var visible = new Window(left - placement.Left, top - placement.Top,
            Math.Min(placement.Left + resized.Width, size.Width) - left, Math.Min(placement.Top + resized.Height, size.Height) - top);
        var pixels = Resizer.Resize(source, resized.Width, resized.Height, steps.Resampling, visible);

        var channels = steps.Channels;
        var tensor = pool.Rent(type,
            steps.Layout == TensorLayout.Nchw ? [1, channels, size.Height, size.Width] : [1, size.Height, size.Width, channels]);
        var target = new Target(steps, size, left, top);
        switch (type)
        {
            case DataType.UInt8: target.Fill(tensor.AsSpan<byte>(), pixels, value => (byte)value); break;
            case DataType.Float16: target.Fill(tensor.AsSpan<Half>(), pixels, value => (Half)value); break;
            default: target.Fill(tensor.Floats, pixels, value => value); break;
        }
        if (pixels != source) pixels.Release();
        if (source != image) source.Release();
        return tensor;
    }

    /// <summary>Where the visible part of the picture goes, and what its values become there.</summary>
    readonly record struct Target(ImagePreprocessing Steps, ImageSize Size, int Left, int Top)
    {
        public void Fill<T>(Span<T> result, Image pixels, Func<float, T> convert)
        {
            var planar = Steps.Layout == TensorLayout.Nchw;
            var step = planar ? 1 : Steps.Channels; // between neighbours of one channel
            var pad = Steps.PadValue ?? (Steps.Letterbox == Letterbox.None ? 0 : UsualLetterboxPad);
            var hasBorder = pixels.Width < Size.Width || pixels.Height < Size.Height;

            for (var channel = 0; channel < Steps.Channels; channel++)
            {
                var values = ValuesOf(channel, convert);
                var plane = planar ? result.Slice(channel * Size.Height * Size.Width, Size.Height * Size.Width) : result[channel..];
                if (hasBorder)
                {
                    for (var i = 0; i < plane.Length; i += step) plane[i] = values[pad];
                }

                var sourceChannel = pixels.Channels == 1 ? 0 : Steps.PixelFormat == PixelFormat.Bgr ? 2 - channel : channel;
                for (var y = 0; y < pixels.Height; y++)
                {
                    var row = pixels.GetRow(y)[sourceChannel..];
                    var target = plane[(((Top + y) * Size.Width + Left) * step)..];
                    for (var (from, to) = (0, 0); from < row.Length; from += pixels.Channels, to += step) target[to] = values[row[from]];
                }
            }
        }

        /// <summary>What each value of 0..255 becomes in one channel.</summary>
        T[] ValuesOf<T>(int channel, Func<float, T> convert)
        {
            var (mean, scale) = (Of(Steps.Mean), Of(Steps.Scale));
            return [.. Enumerable.Range(0, 256).Select(value => convert((value - mean) * scale))];

            float Of(IReadOnlyList<float> perChannel) => perChannel[perChannel.Count == 1 ? 0 : channel];
        }
    }
}
