using System.Numerics;

namespace Octet.Kernels;

/// <summary>
/// An image as the matrix with which its convolution is a matrix product: row <c>channel · taps + tap</c>, column <c>window</c>
/// holds what that tap of that window sees, zero within the padding. Rows are gathered piece by piece and never all at once.
/// </summary>
/// <remarks>Source: Chellapilla, Puri and Simard 2006, "High Performance Convolutional Neural Networks for Document Processing", section
/// 2.1.</remarks>
/// <param name="image">Channels of one image, [channels, depth, height, width].</param>
/// <param name="window">How the window moves over each channel.</param>
readonly unsafe struct WindowColumns<T>(T* image, WindowGeometry window) : IColumnSource<T> where T : unmanaged, INumber<T>
{
    readonly T* _image = image;
    readonly WindowGeometry _window = window;

    public void CopyRow(int row, int firstColumn, int count, T* destination)
    {
        var tap = WindowTap.At(row, _window);
        var channel = _image + (nint)tap.Channel * _window.InputLength;
        var (depth, height, width) = _window;
        var (from, to) = width.OutputsInside(tap.X);
        var offset = tap.X * width.Dilation - width.PadBefore;

        var (line, x) = Math.DivRem(firstColumn, width.Output);
        for (; count > 0; line++, x = 0)
        {
            var run = Math.Min(count, width.Output - x);
            var z = depth.Start(line / height.Output) + tap.Z * depth.Dilation;
            var y = height.Start(line % height.Output) + tap.Y * height.Dilation;
            var (first, end) = (Math.Clamp(from - x, 0, run), Math.Clamp(to - x, 0, run));
            if ((uint)z >= (uint)depth.Input || (uint)y >= (uint)height.Input || first >= end) (first, end) = (run, run);

            new Span<T>(destination, first).Clear();
            if (first < end)
            {
                var source = channel + ((nint)z * height.Input + y) * width.Input + (x + first) * width.Stride + offset;
                new MatrixView<T>(source, 0, width.Stride).CopyRow(0, 0, end - first, destination + first);
            }
            new Span<T>(destination + end, run - end).Clear();
            destination += run;
            count -= run;
        }
    }

    /// <summary>
    /// The way back, of which transposed convolution is made: adds each element of [taps, windows] to the place of the channel that it was
    /// taken from.
    /// </summary>
    /// <param name="columns">[taps, windows], row-major.</param>
    /// <param name="channel">One channel of an image, [depth, height, width]; added to.</param>
    /// <param name="window">How the window moves over the channel.</param>
    public static void AddBack(T* columns, T* channel, in WindowGeometry window)
    {
        var (depth, height, width) = window;
        for (var row = 0; row < window.Taps; row++)
        {
            var tap = WindowTap.At(row, window);
            var (from, to) = width.OutputsInside(tap.X);
            var offset = tap.X * width.Dilation - width.PadBefore;
            for (var line = 0; line < depth.Output * height.Output; line++, columns += width.Output)
            {
                var z = depth.Start(line / height.Output) + tap.Z * depth.Dilation;
                var y = height.Start(line % height.Output) + tap.Y * height.Dilation;
                if ((uint)z >= (uint)depth.Input || (uint)y >= (uint)height.Input) continue;

                var target = channel + ((nint)z * height.Input + y) * width.Input + offset;
                for (var x = from; x < to; x++) target[x * width.Stride] += columns[x];
            }
        }
    }
}

/// <summary>One tap of the window in one channel.</summary>
readonly record struct WindowTap(int Channel, int Z, int Y, int X)
{
    /// <summary>The tap that row <paramref name="row"/> of the matrix of windows stands for.</summary>
    public static WindowTap At(int row, in WindowGeometry window)
    {
        (row, var x) = Math.DivRem(row, window.Width.Kernel);
        (row, var y) = Math.DivRem(row, window.Height.Kernel);
        (row, var z) = Math.DivRem(row, window.Depth.Kernel);
        return new(row, z, y, x);
    }
}
