using System.Numerics;
using System.Runtime.CompilerServices;

namespace Octet.Data.Images;

/// <summary>Plain bilinear resizing with the pixels of OpenCV's <c>resize(…, INTER_LINEAR)</c> on 8 bits.</summary>
/// <remarks>
/// Each pixel lies between four of the source; weights are fixed point of 11 bits. The sum along the row keeps 7 of these bits, the sum
/// along the column two, and only the end is rounded.
/// Loops are compiled at full strength at once: they run once a row, and a first, slow version would serve many pictures.
/// </remarks>
static class OpenCvBilinear
{
    const int One = 1 << 11;

    /// <summary>See <see cref="Resizer.Resize"/>.</summary>
    public static Image Resize(Image image, int width, int height, Window window)
    {
        var columns = Tap.Of(image.Width, width, window.Left, window.Width);
        var rows = Tap.Of(image.Height, height, window.Top, window.Height);

        var result = new Image(window.Width, window.Height, image.Channels);
        var (upper, lower) = (new int[result.GetRow(0).Length], new int[result.GetRow(0).Length]);
        var (upperRow, lowerRow) = (-1, -1);
        for (var y = 0; y < result.Height; y++)
        {
            var tap = rows[y];
            if (tap.First == lowerRow) (upper, lower, upperRow, lowerRow) = (lower, upper, lowerRow, upperRow);
            if (tap.First != upperRow) BlendColumns(image, upperRow = tap.First, columns, upper);
            if (tap.Second != lowerRow) BlendColumns(image, lowerRow = tap.Second, columns, lower);
            BlendRows(upper, lower, tap.Weight, result.GetRow(y));
        }
        return result;
    }

    /// <summary>Resizes one row; the sums are scaled by 2⁷.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void BlendColumns(Image image, int y, Tap[] columns, int[] sums)
    {
        var row = image.GetRow(y);
        var (channels, i) = (image.Channels, 0);
        foreach (var tap in columns)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                sums[i++] = (row[tap.First * channels + channel] * (One - tap.Weight) + row[tap.Second * channels + channel] * tap.Weight)
                    >> 4;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void BlendRows(int[] upper, int[] lower, int weight, Span<byte> result)
    {
        var x = 0;
        var (upperWeight, lowerWeight) = (new Vector<int>(One - weight), new Vector<int>(weight));
        for (; x <= result.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector.Narrow(Vector.Narrow(Blend(x), Blend(x + Vector<int>.Count)),
                Vector.Narrow(Blend(x + 2 * Vector<int>.Count), Blend(x + 3 * Vector<int>.Count))).CopyTo(result[x..]);
        }
        for (; x < result.Length; x++)
        {
            result[x] = (byte)(((((One - weight) * upper[x]) >> 16) + ((weight * lower[x]) >> 16) + 2) >> 2);
        }

        Vector<uint> Blend(int at) =>
            ((((upperWeight * new Vector<int>(upper, at)) >> 16) + ((lowerWeight * new Vector<int>(lower, at)) >> 16) + new Vector<int>(2))
            >> 2).As<int, uint>();
    }

    /// <summary>The two pixels of a line between which one of the resized line lies, and the second one's share in 2048ths.</summary>
    readonly record struct Tap(int First, int Second, int Weight)
    {
        public static Tap[] Of(int from, int to, int start, int count)
        {
            var scale = 1 / ((double)to / from);
            var taps = new Tap[count];
            for (var position = 0; position < count; position++)
            {
                var center = (float)((start + position + 0.5) * scale - 0.5);
                var first = (int)MathF.Floor(center);
                var weight = (int)MathF.Round((center - first) * One);
                taps[position] = new(Math.Clamp(first, 0, from - 1), Math.Clamp(first + 1, 0, from - 1), weight);
            }
            return taps;
        }
    }
}
