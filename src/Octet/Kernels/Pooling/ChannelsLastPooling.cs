using System.Numerics;

namespace Octet.Kernels;

/// <summary>Pooling of images that lie as [images, height, width, channels]: channels are neighbours, so each vector holds as many of them
/// as it can. Padding is never seen.</summary>
/// <param name="Channels">Channels of an image.</param>
/// <param name="Window">How the window moves over each channel; the depth axis is absent.</param>
readonly unsafe record struct ChannelsLastPooling(int Channels, WindowGeometry Window)
{
    /// <summary>Takes every element of every window into account, taps in row-major order, as <see cref="PoolingWindow.Fold"/>
    /// does.</summary>
    /// <param name="x">[images, height, width, channels].</param>
    /// <param name="y">[images, output height, output width, channels]; shares no memory with <paramref name="x"/>.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="step">What to do with an element.</param>
    public void Fold<TStep>(ReadOnlySpan<float> x, Span<float> y, int images, TStep step) where TStep : struct, IPoolingStep<float>
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, images * Window.InputLength * Channels);
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, images * Window.OutputLength * Channels);
        fixed (float* xStart = x, yStart = y)
        {
            for (var i = 0; i < images * Window.OutputLength; i++)
            {
                var (image, place) = Math.DivRem(i, Window.OutputLength);
                var (line, column) = Math.DivRem(place, Window.Width.Output);
                FoldPixel(xStart + (nint)image * Window.InputLength * Channels, line, column, yStart + (nint)i * Channels, step);
            }
        }
    }

    /// <summary>The greatest element of every window; NaN if one of them is.</summary>
    /// <param name="x">[images, height, width, channels].</param>
    /// <param name="y">[images, output height, output width, channels]; shares no memory with <paramref name="x"/>.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="step">The maximum.</param>
    /// <remarks>Large windows that overlap go along the lines first, then down the columns: of what one line of taps sees, many windows
    /// share the maximum.</remarks>
    public void Greatest<TStep>(ReadOnlySpan<float> x, Span<float> y, int images, TStep step) where TStep : struct, IPoolingStep<float>
    {
        var (height, width) = (Window.Height, Window.Width);
        if (height.Kernel < 2 * height.Stride || width.Kernel < 3 || height.Input == 0)
        {
            Fold(x, y, images, step);
            return;
        }
        var across = new ChannelsLastPooling(Channels, new(WindowAxis.Absent, Alone(height.Input), width));
        var down = new ChannelsLastPooling(Channels, new(WindowAxis.Absent, height, Alone(width.Output)));
        using var scratch = new Scratch<float>(across.Window.OutputLength * Channels);
        for (var image = 0; image < images; image++)
        {
            across.Fold(x.Slice(image * Window.InputLength * Channels, Window.InputLength * Channels), scratch.Span, images: 1, step);
            down.Fold(scratch.Span, y.Slice(image * Window.OutputLength * Channels, Window.OutputLength * Channels), images: 1, step);
        }

        static WindowAxis Alone(int extent) => WindowAxis.Absent with { Input = extent, Output = extent };
    }

    /// <summary>The mean of every window.</summary>
    /// <param name="x">[images, height, width, channels].</param>
    /// <param name="y">[images, output height, output width, channels]; shares no memory with <paramref name="x"/>.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="countsPadding">Whether padding counts as elements of value zero.</param>
    public void Average(ReadOnlySpan<float> x, Span<float> y, int images, bool countsPadding)
    {
        Fold(x, y, images, default(Sum));
        for (var i = 0; i < images * Window.OutputLength; i++)
        {
            var (line, column) = Math.DivRem(i % Window.OutputLength, Window.Width.Output);
            var count = (float)Math.Max(1, (long)Window.Height.Count(line, countsPadding) * Window.Width.Count(column, countsPadding));
            ElementWise.Map(y.Slice(i * Channels, Channels), y.Slice(i * Channels, Channels), new Quotient(count));
        }
    }

    /// <summary>The mean of each channel: y is [images, channels].</summary>
    /// <remarks>Adds in the order of <see cref="Reduction.OfRow"/>, so that the same bits come out wherever channels lie: in lanes, which
    /// are joined two by two.</remarks>
    public void GlobalAverage(ReadOnlySpan<float> x, Span<float> y, int images)
    {
        const int Lanes = Reduction.LaneBytes / sizeof(float);
        using var scratch = new Scratch<float>(Lanes * Channels);
        for (var i = 0; i < images; i++)
        {
            var lanes = scratch.Span;
            lanes.Clear();
            for (var pixel = 0; pixel < Window.InputLength; pixel++)
            {
                Add(x.Slice((i * Window.InputLength + pixel) * Channels, Channels), lanes.Slice(pixel % Lanes * Channels, Channels));
            }
            for (var half = lanes.Length / 2; half >= Channels; half /= 2) Add(lanes.Slice(half, half), lanes[..half]);
            ElementWise.Map(lanes[..Channels], y.Slice(i * Channels, Channels), new Quotient(Window.InputLength));
        }

        static void Add(ReadOnlySpan<float> values, Span<float> sums) => ElementWise.Map(sums, values, sums, default(Plus));
    }

    void FoldPixel<TStep>(float* image, int line, int column, float* result, TStep step) where TStep : struct, IPoolingStep<float>
    {
        var (rows, columns) = (Window.Height.TapsInside(line), Window.Width.TapsInside(column));
        var first = image + ((nint)(Window.Height.Start(line) + rows.From * Window.Height.Dilation) * Window.Width.Input
            + Window.Width.Start(column) + columns.From * Window.Width.Dilation) * Channels;
        var (rowStep, columnStep) = ((nint)Window.Height.Dilation * Window.Width.Input * Channels, (nint)Window.Width.Dilation * Channels);

        var channel = 0;
        for (; channel <= Channels - Vector<float>.Count; channel += Vector<float>.Count)
        {
            var soFar = new Vector<float>(TStep.Start);
            for (var row = 0; row < rows.To - rows.From; row++)
            {
                var seen = first + row * rowStep + channel;
                for (var tap = columns.From; tap < columns.To; tap++, seen += columnStep) soFar = step.Invoke(soFar, Vector.Load(seen));
            }
            soFar.Store(result + channel);
        }
        for (; channel < Channels; channel++)
        {
            var soFar = TStep.Start;
            for (var row = 0; row < rows.To - rows.From; row++)
            {
                var seen = first + row * rowStep + channel;
                for (var tap = columns.From; tap < columns.To; tap++, seen += columnStep) soFar = step.Invoke(soFar, *seen);
            }
            result[channel] = soFar;
        }
    }

    readonly struct Sum : IPoolingStep<float>
    {
        public static float Start => 0;

        public float Invoke(float soFar, float element) => soFar + element;

        public Vector<float> Invoke(Vector<float> soFar, Vector<float> elements) => soFar + elements;
    }

    readonly struct Plus : IBinaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x, Vector<float> y) => x + y;
    }

    readonly struct Quotient(float divisor) : IUnaryFunction<float>
    {
        readonly Vector<float> _divisor = new(divisor);

        public Vector<float> Invoke(Vector<float> x) => x / _divisor;
    }

    /// <summary>The gradient of <see cref="GlobalAverage"/>.</summary>
    public void GlobalAverageBack(ReadOnlySpan<float> upstream, Span<float> gradient, int images)
    {
        for (var i = 0; i < images; i++)
        {
            var row = upstream.Slice(i * Channels, Channels);
            for (var pixel = 0; pixel < Window.InputLength; pixel++)
            {
                ElementWise.Map(row, gradient.Slice((i * Window.InputLength + pixel) * Channels, Channels),
                    new Quotient(Window.InputLength));
            }
        }
    }

    /// <summary>The gradient of <see cref="Average"/>: each result gives its share to all elements that it saw.</summary>
    public void AverageBack(ReadOnlySpan<float> upstream, Span<float> gradient, int images, bool countsPadding)
    {
        using var share = new Scratch<float>(Channels);
        gradient.Clear();
        for (var i = 0; i < images * Window.OutputLength; i++)
        {
            var (line, column) = Math.DivRem(i % Window.OutputLength, Window.Width.Output);
            var count = (float)Math.Max(1, (long)Window.Height.Count(line, countsPadding) * Window.Width.Count(column, countsPadding));
            ElementWise.Map(upstream.Slice(i * Channels, Channels), share.Span, new Quotient(count));
            var (rows, columns) = (Window.Height.TapsInside(line), Window.Width.TapsInside(column));
            for (var row = rows.From; row < rows.To; row++)
            {
                for (var tap = columns.From; tap < columns.To; tap++)
                {
                    var seen = gradient.Slice(Seen(i / Window.OutputLength, line, column, row, tap) * Channels, Channels);
                    ElementWise.Map(seen, share.Span, seen, default(Plus));
                }
            }
        }
    }

    /// <summary>The gradient of the greatest: all of it goes to the first of the greatest elements, line by line.</summary>
    public void GreatestBack(ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, Span<float> gradient, int images)
    {
        using var placeScratch = new Scratch<int>(Channels);
        var places = placeScratch.Span;
        gradient.Clear();
        for (var i = 0; i < images * Window.OutputLength; i++)
        {
            var (line, column) = Math.DivRem(i % Window.OutputLength, Window.Width.Output);
            var (rows, columns) = (Window.Height.TapsInside(line), Window.Width.TapsInside(column));
            places.Fill(-1);
            for (var row = rows.From; row < rows.To; row++)
            {
                for (var tap = columns.From; tap < columns.To; tap++)
                {
                    var first = Seen(i / Window.OutputLength, line, column, row, tap) * Channels;
                    for (var channel = 0; channel < Channels; channel++)
                    {
                        if (places[channel] < 0 || x[first + channel] > x[places[channel]]
                                || (float.IsNaN(x[first + channel]) && !float.IsNaN(x[places[channel]]))) places[channel] = first + channel;
                    }
                }
            }
            for (var channel = 0; channel < Channels; channel++)
            {
                if (places[channel] >= 0) gradient[places[channel]] += upstream[i * Channels + channel];
            }
        }
    }

    /// <summary>The pixel that a tap sees.</summary>
    int Seen(int image, int line, int column, int row, int tap) =>
        (image * Window.Height.Input + Window.Height.Start(line) + row * Window.Height.Dilation) * Window.Width.Input
        + Window.Width.Start(column) + tap * Window.Width.Dilation;
}
