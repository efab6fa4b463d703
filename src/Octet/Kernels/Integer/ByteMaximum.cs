using System.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Kernels;

/// <summary>The greatest integer of each window of 8-bit images that lie as [images, height, width, channels].</summary>
static class ByteMaximum
{
    /// <param name="x">[images, height, width, channels].</param>
    /// <param name="y">[images, output height, output width, channels].</param>
    /// <param name="images">Number of images.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="window">How windows move over the image; the depth axis is absent. A window of nothing but padding gives the least
    /// integer.</param>
    public static void OfWindows<T>(ReadOnlySpan<T> x, Span<T> y, int images, int channels, in WindowGeometry window)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        for (var i = 0; i < images * window.OutputLength; i++)
        {
            var (image, place) = Math.DivRem(i, window.OutputLength);
            var (line, column) = Math.DivRem(place, window.Width.Output);
            var (lines, columns) = (window.Height.TapsInside(line), window.Width.TapsInside(column));
            var target = y.Slice(i * channels, channels);
            target.Fill(T.MinValue);
            for (var row = lines.From; row < lines.To; row++)
            {
                var seenLine = image * window.Height.Input + window.Height.Start(line) + row * window.Height.Dilation;
                for (var tap = columns.From; tap < columns.To; tap++)
                {
                    var seen = seenLine * window.Width.Input + window.Width.Start(column) + tap * window.Width.Dilation;
                    TensorPrimitives.Max(x.Slice(seen * channels, channels), target, target);
                }
            }
        }
    }
}
