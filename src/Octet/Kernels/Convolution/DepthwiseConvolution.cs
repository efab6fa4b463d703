using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>Convolution of each channel with a window of its own, of images that lie as [images, height, width, channels]. Immutable;
/// shared by all threads.</summary>
/// <remarks>
/// Taps over the border are left out, so pixels are divided by which taps they have: lines with all tap lines, and in these the columns
/// with all taps, two lines at a time; the few columns at the sides, each from top to bottom; and the lines at the top and the bottom.
/// </remarks>
sealed unsafe class DepthwiseConvolution
{
    /// <summary>Floats that the output lines of a strip take before an activation is applied to them: 128 KiB, a quarter of the
    /// second-level cache.</summary>
    const int StripFloats = 32 * 1024;

    readonly Tensor _weights;
    readonly Tensor _bias;
    readonly WindowGeometry _window;
    readonly Limits _limits;
    readonly FloatMap? _activation;
    readonly DepthwiseKernel _kernel;
    readonly int _channels;

    /// <param name="weights">[channels, 1, height, width], as ONNX lays them out.</param>
    /// <param name="bias">[channels]; empty for none.</param>
    /// <param name="window">How windows move over the image; the depth axis is absent.</param>
    /// <param name="limits">What the results are limited to.</param>
    /// <param name="activation">Applied to the limited results; null for none.</param>
    /// <param name="level">The level to run at.</param>
    public DepthwiseConvolution(
        ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, WindowGeometry window, Limits limits, FloatMap? activation = null,
        SimdLevel? level = null)
    {
        _channels = weights.Length / window.Taps;
        (_window, _limits, _activation) = (window, limits, activation);
        _kernel = DepthwiseKernel.For(level ?? Simd.Current);
        if (_channels < _kernel.Lanes) _kernel = DepthwiseKernel.For(SimdLevel.Scalar);

        _weights = new Tensor(DataType.Float32, [window.Taps, _channels]);
        ImageLayout.ToChannelsLast(weights, _weights.Floats, images: 1, _channels, window.Taps);
        _bias = new Tensor(DataType.Float32, [_channels]);
        bias.CopyTo(_bias.Floats);
    }

    public WindowGeometry Window => _window;

    /// <summary>Takes other weights and biases; not to be called while it runs.</summary>
    public void Repack(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias)
    {
        ImageLayout.ToChannelsLast(weights, _weights.Floats, images: 1, _channels, _window.Taps);
        if (!bias.IsEmpty) bias.CopyTo(_bias.Floats);
    }

    public int Channels => _channels;

    /// <summary>Convolves whole images.</summary>
    /// <param name="x">[images, height, width, channels].</param>
    /// <param name="y">[images, output height, output width, channels]; shares no memory with <paramref name="x"/>.</param>
    /// <param name="images">Number of images.</param>
    public void Run(ReadOnlySpan<float> x, Span<float> y, int images) => Run(x, y, images, 0, _window.Height.Output);

    /// <summary>Computes the output lines <paramref name="firstLine"/> to <paramref name="endLine"/> (exclusive) of each image; the other
    /// lines are not touched.</summary>
    public void Run(ReadOnlySpan<float> x, Span<float> y, int images, int firstLine, int endLine)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, images * _window.InputLength * _channels);
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, images * _window.OutputLength * _channels);

        fixed (float* xStart = x, yStart = y)
        {
            for (var image = 0; image < images; image++)
            {
                var (source, destination) = ((nint)image * _window.InputLength * _channels, (nint)image * _window.OutputLength * _channels);
                if (_activation is null) RunLines(xStart + source, yStart + destination, firstLine, endLine);
                else RunStrips(xStart + source, yStart + destination, firstLine, endLine);
            }
        }
        GC.KeepAlive(this);
    }

    void RunStrips(float* x, float* y, int firstLine, int endLine)
    {
        var lineFloats = _window.Width.Output * _channels;
        // An even number, for lines are computed two at a time.
        var stripLines = Math.Max(1, StripFloats / Math.Max(1, lineFloats) / 2) * 2;
        for (var line = firstLine; line < endLine; line += stripLines)
        {
            var end = Math.Min(endLine, line + stripLines);
            RunLines(x, y, line, end);
            var computed = new Span<float>(y + (nint)line * lineFloats, (end - line) * lineFloats);
            _activation!(computed, computed);
        }
    }

    void RunLines(float* x, float* y, int firstLine, int endLine)
    {
        var (insideFrom, insideTo) = Inside(_window.Height);
        insideFrom = Math.Clamp(insideFrom, firstLine, endLine);
        insideTo = Math.Clamp(insideTo, insideFrom, endLine);

        for (var line = firstLine; line < insideFrom; line++) RunLine(x, y, line);
        RunLinesInside(x, y, insideFrom, insideTo);
        for (var line = insideTo; line < endLine; line++) RunLine(x, y, line);
    }

    /// <summary>Lines for which all tap lines see the image.</summary>
    void RunLinesInside(float* x, float* y, int firstLine, int endLine)
    {
        var (from, to) = Inside(_window.Width);
        if (IsNeighbourly && to - from >= DepthwiseKernel.NeighbourPixels && endLine - firstLine >= 2)
        {
            for (var line = firstLine; line < endLine; line += 2)
                _kernel.RunNeighbours(Pixels(x, y, Math.Min(line, endLine - 2), from, to - from));
        }
        else
        {
            for (var line = firstLine; line < endLine; line++) _kernel.Run(Pixels(x, y, line, from, to - from));
        }
        for (var column = 0; column < from; column++) RunColumn(x, y, firstLine, endLine, column);
        for (var column = to; column < _window.Width.Output; column++) RunColumn(x, y, firstLine, endLine, column);
    }

    void RunColumn(float* x, float* y, int firstLine, int endLine, int column)
    {
        var run = Pixels(x, y, firstLine, column, endLine - firstLine);
        run.PixelStep = (nint)_window.Height.Stride * _window.Width.Input * _channels;
        run.OutputStep = run.OutputLineStep;
        _kernel.Run(run);
    }

    void RunLine(float* x, float* y, int line)
    {
        var (from, to) = Inside(_window.Width);
        for (var column = 0; column < from; column++) _kernel.Run(Pixels(x, y, line, column, 1));
        _kernel.Run(Pixels(x, y, line, from, to - from));
        for (var column = to; column < _window.Width.Output; column++) _kernel.Run(Pixels(x, y, line, column, 1));
    }

    /// <summary>Pixels of a line that see the same taps as the first of them.</summary>
    DepthwiseRun Pixels(float* x, float* y, int line, int column, int count)
    {
        var (height, width) = (_window.Height, _window.Width);
        var ((fromLine, toLine), (fromColumn, toColumn)) = (height.TapsInside(line), width.TapsInside(column));
        var (seenLine, seenColumn) = (height.Start(line) + fromLine * height.Dilation, width.Start(column) + fromColumn * width.Dilation);
        return new()
        {
            Source = x + ((nint)seenLine * width.Input + seenColumn) * _channels,
            PixelStep = (nint)width.Stride * _channels,
            TapStep = (nint)width.Dilation * _channels,
            TapLineStep = (nint)height.Dilation * width.Input * _channels,
            TapLines = toLine - fromLine,
            TapColumns = toColumn - fromColumn,
            Weights = _weights.Pointer<float>() + ((nint)fromLine * width.Kernel + fromColumn) * _channels,
            WeightLineStep = (nint)width.Kernel * _channels,
            Bias = _bias.Pointer<float>(),
            Output = y + ((nint)line * width.Output + column) * _channels,
            OutputStep = _channels,
            OutputLineStep = (nint)width.Output * _channels,
            Pixels = count,
            Channels = _channels,
            Limits = _limits,
        };
    }

    /// <summary>Whether neighbouring pixels see neighbouring elements, through a window that the kernel is made for.</summary>
    bool IsNeighbourly =>
        _window.Height.Stride == _window.Height.Dilation && _window.Width.Stride == _window.Width.Dilation
        && _window.Width.Kernel is 3 or 5;

    /// <summary>The windows of an axis of which no tap lies over the border; from is at most to.</summary>
    static (int From, int To) Inside(WindowAxis axis)
    {
        var from = axis.OutputsInside(0).From;
        return (from, Math.Max(from, axis.OutputsInside(axis.Kernel - 1).To));
    }
}
