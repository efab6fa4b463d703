using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>The gradients of a convolution with one window for each channel, on images with channels last.</summary>
/// <remarks>Each element is one chain of multiply-adds in the order of images, lines and pixels, at every level and on every thread that
/// computes it.</remarks>
static unsafe class DepthwiseGradient
{
    /// <summary>The gradient of the weights, of some channels.</summary>
    /// <param name="window">How windows move over an image.</param>
    /// <param name="channels">Channels of the images.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="x">[images, height, width, channels].</param>
    /// <param name="upstream">The gradient of the result.</param>
    /// <param name="sums">[taps, channels]; what is there is added to.</param>
    /// <param name="first">The first channel.</param>
    /// <param name="end">The channel behind the last.</param>
    /// <param name="level">The level to run at.</param>
    public static void ToWeights(WindowGeometry window, int channels, int images, float* x, float* upstream, float* sums, int first,
        int end, SimdLevel level)
    {
        var run = new Run(window, channels, images, (nint)x, (nint)upstream, (nint)sums);
        if (level == SimdLevel.Vector512) first = ToWeights<Lanes16>(run, first, end);
        if (level >= SimdLevel.Vector256) first = ToWeights<Lanes8>(run, first, end);
        if (level >= SimdLevel.Vector128) first = ToWeights<Lanes4>(run, first, end);
        ToWeights<Lanes1>(run, first, end);
    }

    /// <summary>The gradient of the images, for windows of any stride.</summary>
    /// <param name="window">How windows move over an image.</param>
    /// <param name="channels">Channels of the images.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="upstream">The gradient of the result.</param>
    /// <param name="weights">[taps, channels].</param>
    /// <param name="gradient">Receives the gradient.</param>
    /// <param name="level">The level to run at.</param>
    public static void ToInput(WindowGeometry window, int channels, int images, float* upstream, float* weights, float* gradient,
        SimdLevel level)
    {
        new Span<float>(gradient, images * window.InputLength * channels).Clear();
        var run = new Run(window, channels, images, (nint)gradient, (nint)upstream, (nint)weights);
        var first = 0;
        if (level == SimdLevel.Vector512) first = ToInput<Lanes16>(run, first);
        if (level >= SimdLevel.Vector256) first = ToInput<Lanes8>(run, first);
        if (level >= SimdLevel.Vector128) first = ToInput<Lanes4>(run, first);
        ToInput<Lanes1>(run, first);
    }

    readonly record struct Run(WindowGeometry Window, int Channels, int Images, nint X, nint Y, nint Weights);

    [MethodImpl(AggressiveOptimization)]
    static int ToWeights<TLanes>(Run run, int channel, int end) where TLanes : unmanaged, ILanes<TLanes>
    {
        var (height, width) = (run.Window.Height, run.Window.Width);
        var step = (nint)width.Stride * run.Channels;
        var tapStep = (nint)width.Dilation * run.Channels;
        for (; channel <= end - TLanes.Count; channel += TLanes.Count)
        {
            for (var i = 0; i < run.Images * height.Output; i++)
            {
                var (image, line) = Math.DivRem(i, height.Output);
                var (fromRow, toRow) = height.TapsInside(line);
                var upstream = (float*)run.Y + (nint)i * width.Output * run.Channels + channel;
                for (var row = fromRow; row < toRow; row++)
                {
                    var seen = (float*)run.X
                        + ((nint)image * height.Input + height.Start(line) + row * height.Dilation) * width.Input * run.Channels + channel;
                    var sums = (float*)run.Weights + (nint)row * width.Kernel * run.Channels + channel;
                    var column = 0;
                    for (; column <= width.Kernel - 3; column += 3) AddThreeTaps<TLanes>(run, upstream, seen, sums, column, step, tapStep);
                    for (; column < width.Kernel; column++)
                    {
                        var (from, to) = width.OutputsInside(column);
                        var sum = TLanes.Load(sums + column * run.Channels);
                        for (var at = from; at < to; at++)
                            sum = TLanes.MultiplyAdd(TLanes.Load(upstream + at * run.Channels),
                                seen + (nint)(width.Start(at) + column * width.Dilation) * run.Channels, sum);
                        sum.Store(sums + column * run.Channels);
                    }
                }
            }
        }
        return channel;
    }

    /// <summary>Three taps side by side: each gradient is loaded once for them.</summary>
    [MethodImpl(AggressiveInlining)]
    static void AddThreeTaps<TLanes>(in Run run, float* upstream, float* seen, float* sums, int column, nint step, nint tapStep)
    where TLanes : unmanaged, ILanes<TLanes>
    {
        var (width, channels) = (run.Window.Width, (nint)run.Channels);
        var ((from0, to0), (from1, to1), (from2, to2)) =
            (width.OutputsInside(column), width.OutputsInside(column + 1), width.OutputsInside(column + 2));
        TLanes sum0 = TLanes.Load(sums + column * channels), sum1 = TLanes.Load(sums + (column + 1) * channels),
            sum2 = TLanes.Load(sums + (column + 2) * channels);
        var (inside, outside) = (Math.Max(from0, Math.Max(from1, from2)), Math.Min(to0, Math.Min(to1, to2)));
        var x = seen + column * tapStep - width.PadBefore * channels;
        var at = Math.Min(from0, Math.Min(from1, from2));
        for (; at < Math.Max(to0, Math.Max(to1, to2)); at++)
        {
            var here = TLanes.Load(upstream + at * channels);
            var first = x + at * step;
            if (at >= inside && at < outside)
            {
                sum0 = TLanes.MultiplyAdd(here, first, sum0);
                sum1 = TLanes.MultiplyAdd(here, first + tapStep, sum1);
                sum2 = TLanes.MultiplyAdd(here, first + 2 * tapStep, sum2);
                continue;
            }
            if (at >= from0 && at < to0) sum0 = TLanes.MultiplyAdd(here, first, sum0);
            if (at >= from1 && at < to1) sum1 = TLanes.MultiplyAdd(here, first + tapStep, sum1);
            if (at >= from2 && at < to2) sum2 = TLanes.MultiplyAdd(here, first + 2 * tapStep, sum2);
        }
        sum0.Store(sums + column * channels);
        sum1.Store(sums + (column + 1) * channels);
        sum2.Store(sums + (column + 2) * channels);
    }

    [MethodImpl(AggressiveOptimization)]
    static int ToInput<TLanes>(Run run, int channel) where TLanes : unmanaged, ILanes<TLanes>
    {
        var (height, width, channels) = (run.Window.Height, run.Window.Width, (nint)run.Channels);
        var firstChannel = channel;
        for (var i = 0; i < run.Images * height.Output; i++)
        {
            var (image, line) = Math.DivRem(i, height.Output);
            var (fromRow, toRow) = height.TapsInside(line);
            for (var row = fromRow; row < toRow; row++)
            {
                var target = (float*)run.X
                    + ((nint)image * height.Input + height.Start(line) + row * height.Dilation) * width.Input * channels;
                for (var column = 0; column < width.Kernel; column++)
                {
                    var weights = (float*)run.Weights + (row * width.Kernel + column) * channels;
                    var (from, to) = width.OutputsInside(column);
                    for (var at = from; at < to; at++)
                    {
                        var upstream = (float*)run.Y + ((nint)i * width.Output + at) * channels;
                        var pixel = target + (width.Start(at) + column * width.Dilation) * channels;
                        for (channel = firstChannel; channel <= run.Channels - TLanes.Count; channel += TLanes.Count)
                        {
                            TLanes.MultiplyAdd(TLanes.Load(upstream + channel), weights + channel, TLanes.Load(pixel + channel))
                                .Store(pixel + channel);
                        }
                    }
                }
            }
        }
        return channel;
    }
}
