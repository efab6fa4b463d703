using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Octet.Data.Images;

/// <summary>Antialiased bilinear resizing with exactly the pixels of Pillow's <c>Image.resize(size, BILINEAR)</c>.</summary>
/// <remarks>
/// Two passes, rows first, each rounded to 8 bits. A pixel is a weighted sum of those whose distance from its centre, in units of
/// the larger of the two pixel sizes, is less than 1; weights fall linearly with distance and are kept in fixed point of 22 bits.
/// A pass that changes nothing is left out.
/// Loops are compiled at full strength at once: they run once a row, and a first, slow version would serve many pictures.
/// </remarks>
static class PillowBilinear
{
    const int FractionBits = 22;
    const int Half = 1 << (FractionBits - 1);

    /// <summary>See <see cref="Resizer.Resize"/>.</summary>
    public static Image Resize(Image image, int width, int height, Window window)
    {
        var columns = Taps.Of(image.Width, width, window.Left, window.Width);
        var rows = Taps.Of(image.Height, height, window.Top, window.Height);

        // The rows of the picture that the second pass will read.
        var (firstRow, endRow) = height == image.Height ? (window.Top, window.Bottom) : (rows.First[0], rows.First[^1] + rows.Count[^1]);

        var narrowed = new Image(window.Width, endRow - firstRow, image.Channels);
        for (var y = 0; y < narrowed.Height; y++) ResizeRow(image, firstRow + y, width, window, columns, narrowed.GetRow(y));
        if (height == image.Height) return narrowed;

        var result = new Image(window.Width, window.Height, image.Channels);
        for (var y = 0; y < result.Height; y++)
        {
            BlendRows(narrowed, rows.First[y] - firstRow, rows.WeightsOf(y), result.GetRow(y));
        }
        narrowed.Release();
        return result;
    }

    static void ResizeRow(Image image, int y, int width, Window window, Taps columns, Span<byte> result)
    {
        if (width == image.Width) image.GetRow(y).Slice(window.Left * image.Channels, result.Length).CopyTo(result);
        else if (image.Channels == 1) GrayRow(image.GetRow(y), columns, result);
        else RgbRow(image.PixelsAndSpare[(y * image.Width * 3)..], columns, result);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void GrayRow(ReadOnlySpan<byte> row, Taps columns, Span<byte> result)
    {
        for (var x = 0; x < result.Length; x++)
        {
            var weights = columns.WeightsOf(x);
            var pixels = row.Slice(columns.First[x], weights.Length);
            var sum = Half;
            for (var i = 0; i < weights.Length; i++) sum += weights[i] * pixels[i];
            result[x] = ToByte(sum);
        }
    }

    /// <summary>The three channels of a pixel in three lanes; the fourth lane reads on into the next pixel (or the spare bytes) and is
    /// dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void RgbRow(ReadOnlySpan<byte> row, Taps columns, Span<byte> result)
    {
        for (var x = 0; x < columns.First.Length; x++)
        {
            var weights = columns.WeightsOf(x);
            var pixels = row.Slice(3 * columns.First[x], 3 * weights.Length + 1);
            ref var pixel = ref MemoryMarshal.GetReference(pixels);
            var sum = Vector128.Create(Half);
            foreach (var weight in weights)
            {
                var channels = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref pixel)).AsByte();
                sum += Vector128.WidenLower(Vector128.WidenLower(channels)).AsInt32() * weight;
                pixel = ref Unsafe.Add(ref pixel, 3);
            }
            var target = result.Slice(3 * x, 3);
            (target[0], target[1], target[2]) = (ToByte(sum[0]), ToByte(sum[1]), ToByte(sum[2]));
        }
    }

    /// <summary>The weighted sum of successive rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void BlendRows(Image image, int firstRow, ReadOnlySpan<int> weights, Span<byte> result)
    {
        var rows = image.Pixels.Slice(firstRow * result.Length, weights.Length * result.Length);
        var x = 0;
        for (; x <= result.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector<int> a = new(Half), b = a, c = a, d = a;
            for (var i = 0; i < weights.Length; i++)
            {
                Vector.Widen(new Vector<byte>(rows[(i * result.Length + x)..]), out var lower, out var upper);
                Vector.Widen(lower, out var first, out var second);
                Vector.Widen(upper, out var third, out var fourth);
                var weight = new Vector<int>(weights[i]);
                a += first.As<uint, int>() * weight;
                b += second.As<uint, int>() * weight;
                c += third.As<uint, int>() * weight;
                d += fourth.As<uint, int>() * weight;
            }
            Vector.Narrow(Vector.Narrow(ToBytes(a), ToBytes(b)), Vector.Narrow(ToBytes(c), ToBytes(d))).CopyTo(result[x..]);
        }
        for (; x < result.Length; x++)
        {
            var sum = Half;
            for (var i = 0; i < weights.Length; i++) sum += weights[i] * rows[i * result.Length + x];
            result[x] = ToByte(sum);
        }
    }

    static byte ToByte(int sum) => (byte)Math.Clamp(sum >> FractionBits, 0, 255);

    static Vector<uint> ToBytes(Vector<int> sums) => Vector.Clamp(sums >> FractionBits, Vector<int>.Zero, new(255)).As<int, uint>();

    /// <summary>For each pixel of a resized line: where its weighted sum begins, and the weights.</summary>
    sealed record Taps(int[] First, int[] Count, int[] Weights, int Most)
    {
        public ReadOnlySpan<int> WeightsOf(int position) => Weights.AsSpan(position * Most, Count[position]);

        /// <param name="from">Pixels of the line.</param>
        /// <param name="to">Pixels of the whole resized line.</param>
        /// <param name="start">First pixel wanted of the resized line.</param>
        /// <param name="count">Number of pixels wanted.</param>
        public static Taps Of(int from, int to, int start, int count)
        {
            var scale = (double)from / to;
            var reach = Math.Max(scale, 1); // of the filter, in pixels of the line
            var max = (int)Math.Ceiling(reach) * 2 + 1;
            var taps = new Taps(new int[count], new int[count], new int[count * max], max);
            var exact = new double[max];

            for (var position = 0; position < count; position++)
            {
                var center = (start + position + 0.5) * scale;
                var first = Math.Max((int)(center - reach + 0.5), 0);
                var length = Math.Min((int)(center + reach + 0.5), from) - first;
                (taps.First[position], taps.Count[position]) = (first, length);

                var total = 0.0;
                for (var i = 0; i < length; i++)
                {
                    exact[i] = Math.Max(1 - Math.Abs((first + i - center + 0.5) * (1 / reach)), 0);
                    total += exact[i];
                }
                for (var i = 0; i < length; i++) taps.Weights[position * max + i] = (int)(exact[i] / total * (1 << FractionBits) + 0.5);
            }
            return taps;
        }
    }
}
