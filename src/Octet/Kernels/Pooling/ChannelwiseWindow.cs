using System.Numerics;

namespace Octet.Kernels;

/// <summary>The convolution of one channel with one window, of which depthwise convolutions are made.</summary>
/// <remarks>
/// The channel is copied into padded memory with its columns dealt out by their remainder modulo the stride. There, neighbouring windows
/// see neighbouring elements through every tap, so each tap of a vector of windows is one load, without any test for the border.
/// </remarks>
static unsafe class ChannelwiseWindow
{
    /// <summary>Beyond 64 Mi elements a padded copy of the channel serves no purpose.</summary>
    const int MaxPaddedLength = 1 << 26;

    /// <summary>Convolves a channel with several windows of one geometry, each giving a channel of its own.</summary>
    /// <param name="channel">[depth, height, width].</param>
    /// <param name="weights">[outputs, taps].</param>
    /// <param name="bias">[outputs]; null for none.</param>
    /// <param name="outputs">Number of windows to convolve with.</param>
    /// <param name="result">[outputs, output depth, output height, output width].</param>
    /// <param name="window">How the windows move over the channel.</param>
    /// <returns>False, with nothing done, where the geometry does not suit this way.</returns>
    public static bool TryConvolve<T>(T* channel, T* weights, T* bias, int outputs, T* result, in WindowGeometry window)
        where T : unmanaged, INumber<T>
    {
        if (PaddedLength(window) is not { } length) return false;

        // One vector more than the channel holds, for the last windows of the last line read a whole vector.
        using var paddedScratch = new Scratch<T>(length + Vector<T>.Count);
        using var tapScratch = new Scratch<int>(window.Taps);
        var padded = paddedScratch.Pointer;
        var taps = tapScratch.Pointer;
        CopyPadded(channel, padded, window);
        FindTaps(taps, window);

        var lineLength = PhaseLength(window.Width) * window.Width.Stride;
        var lines = window.Depth.Output * window.Height.Output;
        for (var output = 0; output < outputs; output++, weights += window.Taps)
        {
            var channelBias = bias is null ? T.Zero : bias[output];
            for (var line = 0; line < lines; line++, result += window.Width.Output)
            {
                var (z, y) = Math.DivRem(line, window.Height.Output);
                var start = (z * window.Depth.Stride * Span(window.Height) + y * window.Height.Stride) * lineLength;
                ConvolveLine(padded + start, taps, weights, window.Taps, channelBias, result, window.Width.Output);
            }
        }
        return true;
    }

    static void ConvolveLine<T>(T* source, int* taps, T* weights, int tapCount, T bias, T* result, int count)
        where T : unmanaged, INumber<T>
    {
        var width = Vector<T>.Count;
        var added = new Vector<T>(bias);
        var x = 0;
        for (; x <= count - 4 * width; x += 4 * width)
        {
            Vector<T> a = Vector<T>.Zero, b = a, c = a, d = a;
            for (var tap = 0; tap < tapCount; tap++)
            {
                var weight = new Vector<T>(weights[tap]);
                var seen = source + taps[tap] + x;
                a = MatrixProduct.MultiplyAdd(weight, Vector.Load(seen), a);
                b = MatrixProduct.MultiplyAdd(weight, Vector.Load(seen + width), b);
                c = MatrixProduct.MultiplyAdd(weight, Vector.Load(seen + 2 * width), c);
                d = MatrixProduct.MultiplyAdd(weight, Vector.Load(seen + 3 * width), d);
            }
            (a + added).Store(result + x);
            (b + added).Store(result + x + width);
            (c + added).Store(result + x + 2 * width);
            (d + added).Store(result + x + 3 * width);
        }
        for (; x < count; x += width)
        {
            var sum = Vector<T>.Zero;
            for (var tap = 0; tap < tapCount; tap++)
            {
                sum = MatrixProduct.MultiplyAdd(new Vector<T>(weights[tap]), Vector.Load(source + taps[tap] + x), sum);
            }
            sum += added;
            if (x <= count - width) sum.Store(result + x);
            else for (var i = x; i < count; i++) result[i] = sum[i - x];
        }
    }

    /// <summary>Elements of the padded channel, or null where strides and pads are so wide that most of them would be padding.</summary>
    static int? PaddedLength(in WindowGeometry window)
    {
        var length = (double)Span(window.Depth) * Span(window.Height) * PhaseLength(window.Width) * window.Width.Stride;
        return length <= MaxPaddedLength && length <= 4.0 * window.InputLength + 4.0 * window.OutputLength + 4096 ? (int)length : null;
    }

    /// <summary>Lays the channel out as [padded depth, padded height, stride, columns of that remainder], zero where there is
    /// padding.</summary>
    static void CopyPadded<T>(T* channel, T* padded, in WindowGeometry window) where T : unmanaged, INumber<T>
    {
        var (depth, height, width) = window;
        var phaseLength = PhaseLength(width);
        for (var z = -depth.PadBefore; z < Span(depth) - depth.PadBefore; z++)
        {
            for (var y = -height.PadBefore; y < Span(height) - height.PadBefore; y++)
            {
                var inside = (uint)z < (uint)depth.Input && (uint)y < (uint)height.Input;
                var source = channel + ((nint)z * height.Input + y) * width.Input;
                for (var phase = 0; phase < width.Stride; phase++, padded += phaseLength)
                {
                    // A phase is what one tap would see of the line: the windows of a geometry with that tap alone.
                    var (from, to) = inside ? (width with { Dilation = 1, Output = phaseLength }).OutputsInside(phase) : (0, 0);
                    new Span<T>(padded, from).Clear();
                    new MatrixView<T>(source + (nint)from * width.Stride + phase - width.PadBefore, 0, width.Stride).CopyRow(0, 0,
                        to - from, padded + from);
                    new Span<T>(padded + to, phaseLength - to).Clear();
                }
            }
        }
    }

    /// <summary>Where in the padded channel each tap of the first window looks.</summary>
    static void FindTaps(int* taps, in WindowGeometry window)
    {
        var phaseLength = PhaseLength(window.Width);
        for (var i = 0; i < window.Taps; i++)
        {
            var tap = WindowTap.At(i, window);
            var (column, phase) = Math.DivRem(tap.X * window.Width.Dilation, window.Width.Stride);
            var line = tap.Z * window.Depth.Dilation * Span(window.Height) + tap.Y * window.Height.Dilation;
            taps[i] = (line * window.Width.Stride + phase) * phaseLength + column;
        }
    }

    /// <summary>Elements that the windows see along an axis, padding included.</summary>
    static int Span(in WindowAxis axis) => (axis.Output - 1) * axis.Stride + axis.Reach;

    /// <summary>Columns of each remainder.</summary>
    static int PhaseLength(in WindowAxis axis) => (Span(axis) - 1) / axis.Stride + 1;
}
