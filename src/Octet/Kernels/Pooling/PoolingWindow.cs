using System.Numerics;

namespace Octet.Kernels;

/// <summary>How a pooling takes one more element of its window into account.</summary>
interface IPoolingStep<T> where T : unmanaged
{
    /// <summary>The result of a window that has seen nothing yet.</summary>
    static abstract T Start { get; }

    T Invoke(T soFar, T element);

    Vector<T> Invoke(Vector<T> soFar, Vector<T> elements);
}

/// <summary>The loops that all poolings share. Padding is never seen.</summary>
static unsafe class PoolingWindow
{
    /// <summary>Takes every element of every window of one channel into account, taps in row-major order.</summary>
    /// <param name="channel">[depth, height, width].</param>
    /// <param name="result">[output depth, output height, output width].</param>
    /// <param name="window">How the window moves over the channel.</param>
    /// <param name="step">What to do with an element.</param>
    public static void Fold<T, TStep>(T* channel, T* result, in WindowGeometry window, TStep step)
        where T : unmanaged, INumber<T> where TStep : struct, IPoolingStep<T>
    {
        var (depth, height, width) = window;
        for (var line = 0; line < depth.Output * height.Output; line++, result += width.Output)
        {
            new Span<T>(result, width.Output).Fill(TStep.Start);
            var (z, y) = Math.DivRem(line, height.Output);
            var (levels, rows) = (depth.TapsInside(z), height.TapsInside(y));
            for (var tapZ = levels.From; tapZ < levels.To; tapZ++)
            {
                for (var tapY = rows.From; tapY < rows.To; tapY++)
                {
                    var source = channel
                        + ((nint)(depth.Start(z) + tapZ * depth.Dilation) * height.Input + height.Start(y) + tapY * height.Dilation)
                        * width.Input;
                    for (var tapX = 0; tapX < width.Kernel; tapX++)
                    {
                        var (from, to) = width.OutputsInside(tapX);
                        FoldLine(source + tapX * width.Dilation - width.PadBefore, width.Stride, from, to, result, step);
                    }
                }
            }
        }
    }

    static void FoldLine<T, TStep>(T* source, int stride, int from, int to, T* result, TStep step)
        where T : unmanaged, INumber<T> where TStep : struct, IPoolingStep<T>
    {
        var x = from;
        if (stride == 1)
        {
            for (; x <= to - Vector<T>.Count; x += Vector<T>.Count)
                step.Invoke(Vector.Load(result + x), Vector.Load(source + x)).Store(result + x);
        }
        for (; x < to; x++) result[x] = step.Invoke(result[x], source[(nint)x * stride]);
    }

    /// <summary>The greatest element of every window of one channel, and where it lies: the first one, where there are several.</summary>
    /// <param name="channel">[depth, height, width].</param>
    /// <param name="result">[output depth, output height, output width].</param>
    /// <param name="places">As the result: the place of each greatest element within the channel.</param>
    /// <param name="window">How the window moves over the channel.</param>
    /// <param name="columnMajor">Whether places count along the outermost spatial dimension first.</param>
    /// <param name="start">The result of a window that sees nothing but padding; its place is the first.</param>
    public static void MaxWithPlaces<T>(T* channel, T* result, long* places, in WindowGeometry window, bool columnMajor, T start)
        where T : unmanaged, INumber<T>
    {
        var (depth, height, width) = window;
        var (strideZ, strideY, strideX) = columnMajor
            ? (1, depth.Input, depth.Input * height.Input)
            : (height.Input * width.Input, width.Input, 1);
        for (var output = 0; output < window.OutputLength; output++)
        {
            var (line, x) = Math.DivRem(output, width.Output);
            var (z, y) = Math.DivRem(line, height.Output);
            var (levels, rows, columns) = (depth.TapsInside(z), height.TapsInside(y), width.TapsInside(x));
            var (greatest, place, found) = (start, 0, false);
            for (var tapZ = levels.From; tapZ < levels.To; tapZ++)
            {
                for (var tapY = rows.From; tapY < rows.To; tapY++)
                {
                    for (var tapX = columns.From; tapX < columns.To; tapX++)
                    {
                        var (inZ, inY, inX) =
                            (depth.Start(z) + tapZ * depth.Dilation, height.Start(y) + tapY * height.Dilation, width.Start(x)
                                + tapX * width.Dilation);
                        var element = channel[((nint)inZ * height.Input + inY) * width.Input + inX];
                        if (found && !(element > greatest || (T.IsNaN(element) && !T.IsNaN(greatest)))) continue;
                        (greatest, place, found) = (element, inZ * strideZ + inY * strideY + inX * strideX, true);
                    }
                }
            }
            result[output] = greatest;
            places[output] = place;
        }
    }

    /// <summary>Adds an element for each window to all elements that the window sees: the way back of a sum.</summary>
    public static void AddBack<T>(T* windows, T* channel, in WindowGeometry window) where T : unmanaged, INumber<T>
    {
        var (depth, height, width) = window;
        for (var output = 0; output < window.OutputLength; output++)
        {
            var (line, x) = Math.DivRem(output, width.Output);
            var (z, y) = Math.DivRem(line, height.Output);
            var (levels, rows, columns) = (depth.TapsInside(z), height.TapsInside(y), width.TapsInside(x));
            for (var tapZ = levels.From; tapZ < levels.To; tapZ++)
            {
                for (var tapY = rows.From; tapY < rows.To; tapY++)
                {
                    var (inZ, inY) = (depth.Start(z) + tapZ * depth.Dilation, height.Start(y) + tapY * height.Dilation);
                    var target = channel + ((nint)inZ * height.Input + inY) * width.Input + width.Start(x);
                    for (var tapX = columns.From; tapX < columns.To; tapX++) target[tapX * width.Dilation] += windows[output];
                }
            }
        }
    }
}
