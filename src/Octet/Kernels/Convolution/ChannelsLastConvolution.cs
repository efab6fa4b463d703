namespace Octet.Kernels;

/// <summary>
/// Convolution of images that lie as [images, height, width, channels], as a matrix product whose left-hand side is never made: the row of
/// an output pixel is a pointer to the first element that its window sees, and the taps are offsets from there.
/// </summary>
/// <remarks>
/// Only where windows reach over the border, the lines they see are copied, with zeros around them, some lines at a time; so no window is a
/// special case. Source of the idea: Dukhan 2019, "The Indirect Convolution Algorithm", arXiv:1907.02129.
/// </remarks>
/// <param name="filters">The packed weights.</param>
/// <param name="window">How windows move over the image; the depth axis is absent.</param>
/// <param name="limits">What the results are limited to.</param>
/// <param name="activation">Applied to the limited results; null for none.</param>
/// <param name="readsChannelsFirst">Whether images come in the layout of ONNX, [images, channels, height, width], as they do at the input
/// of a network.</param>
sealed unsafe class ChannelsLastConvolution(
    PackedFilters filters, WindowGeometry window, Limits limits, FloatMap? activation = null, bool readsChannelsFirst = false)
{
    /// <summary>Floats of an image that a strip of output lines may see: 256 KiB, half of the second-level cache.</summary>
    const int StripFloats = 64 * 1024;

    /// <summary>Most output pixels in a strip, a bound for the memory that their pointers take.</summary>
    const int MaxStripPixels = 1024;

    readonly bool _isPointwise = window.IsPointwise && filters.Groups.Length == 1 && !readsChannelsFirst;
    readonly bool _copiesLines = readsChannelsFirst || ReachesOver(window.Height) || ReachesOver(window.Width);

    // Taps of a line are one run of floats where neighbours in the window are neighbours in memory.
    readonly bool _joinsTaps = filters.Groups.Length == 1 && window.Width.Dilation == 1;

    public WindowGeometry Window => window;

    public int OutputChannels => filters.Outputs;

    /// <summary>Multiplications that all channels of one output pixel take.</summary>
    public long MultiplicationsOfPixel => (long)filters.Outputs * filters.Inputs / filters.Groups.Length * filters.Taps;

    int Channels => filters.Inputs;

    /// <summary>Pixels in a line of what windows are laid over.</summary>
    int LineWidth => _copiesLines ? Span(window.Width) : window.Width.Input;

    /// <summary>Convolves whole images.</summary>
    /// <param name="x">[images, height, width, input channels], or channels first.</param>
    /// <param name="y">[images, output height, output width, output channels]; shares no memory with the other operands.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="residual">Added before the limits, of the shape of <paramref name="y"/>; empty for none.</param>
    public void Run(ReadOnlySpan<float> x, Span<float> y, int images, ReadOnlySpan<float> residual = default) =>
        Run(x, y, images, 0, window.Height.Output, residual);

    /// <summary>Convolves what the output lines <paramref name="firstLine"/> to <paramref name="endLine"/> (exclusive) of each image need;
    /// the other lines are not touched.</summary>
    public void Run(ReadOnlySpan<float> x, Span<float> y, int images, int firstLine, int endLine, ReadOnlySpan<float> residual = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, images * window.InputLength * Channels);
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, images * window.OutputLength * filters.Outputs);
        if (!residual.IsEmpty) ArgumentOutOfRangeException.ThrowIfNotEqual(residual.Length, y.Length);

        if (_isPointwise && firstLine == 0 && endLine == window.Height.Output)
        {
            Gemm.Multiply(x, filters.Groups[0], y, images * window.OutputLength, limits, residual, activation);
            return;
        }
        fixed (float* xStart = x, yStart = y, residualStart = residual)
        {
            var outputLine = (nint)window.Width.Output * filters.Outputs;
            for (var image = 0; image < images; image++)
            {
                var source = xStart + (nint)image * window.InputLength * Channels;
                var first = image * window.Height.Output * outputLine;
                RunImage(source, yStart + first, residualStart is null ? null : residualStart + first, firstLine, endLine);
            }
        }
        GC.KeepAlive(filters);
    }

    void RunImage(float* x, float* y, float* residual, int firstLine, int endLine)
    {
        var strips = (endLine - firstLine + LinesInStrip - 1) / LinesInStrip;
        if (strips <= 0) return;
        var stripLines = (endLine - firstLine + strips - 1) / strips;
        using var pointerScratch = new Scratch<nint>(stripLines * window.Width.Output);
        using var tapScratch = new Scratch<nint>(filters.Taps);
        using var lineScratch = new Scratch<float>(_copiesLines ? LinesSeenBy(stripLines) * LineWidth * Channels : 0);

        for (var line = firstLine; line < endLine; line += stripLines)
        {
            var lines = Math.Min(stripLines, endLine - line);
            var seen = x + (nint)window.Height.Start(line) * window.Width.Input * Channels;
            if (_copiesLines) CopyLines(x, window.Height.Start(line), LinesSeenBy(lines), seen = lineScratch.Pointer);

            var first = (nint)line * window.Width.Output * filters.Outputs;
            var block = new GemmBlock
            {
                Rows = (float**)pointerScratch.Pointer,
                RowCount = lines * window.Width.Output,
                Taps = tapScratch.Pointer,
                OutputStride = filters.Outputs,
                Limits = limits,
            };
            PointAtPixels(seen, lines, block.Rows);
            RunGroups(block, y + first, residual is null ? null : residual + first);
            if (activation is not null)
            {
                var computed = new Span<float>(y + first, block.RowCount * filters.Outputs);
                activation(computed, computed);
            }
        }
    }

    void RunGroups(GemmBlock block, float* y, float* residual)
    {
        var groups = filters.Groups;
        for (var group = 0; group < groups.Length; group++)
        {
            var matrix = groups[group];
            FindTaps(ref block, firstChannel: group * (Channels / groups.Length));
            block.Layout = matrix.Layout;
            block.Panels = matrix.Panels;
            block.Bias = matrix.Bias;
            block.Output = y + group * matrix.Columns;
            block.Residual = residual is null ? null : residual + group * matrix.Columns;
            matrix.Kernel.Multiply(block);
        }
    }

    void PointAtPixels(float* seen, int lines, float** pointers)
    {
        var (step, lineStep) = ((nint)window.Width.Stride * Channels, (nint)window.Height.Stride * LineWidth * Channels);
        for (var line = 0; line < lines; line++, seen += lineStep)
        {
            for (var x = 0; x < window.Width.Output; x++) *pointers++ = seen + x * step;
        }
    }

    void FindTaps(ref GemmBlock block, int firstChannel)
    {
        var groupChannels = Channels / filters.Groups.Length;
        var (rows, columns) = (window.Height.Kernel, _joinsTaps ? 1 : window.Width.Kernel);
        (block.TapCount, block.TapDepth) = (rows * columns, _joinsTaps ? window.Width.Kernel * groupChannels : groupChannels);
        for (var tap = 0; tap < block.TapCount; tap++)
        {
            var (row, column) = Math.DivRem(tap, columns);
            block.Taps[tap] = ((nint)row * window.Height.Dilation * LineWidth + column * window.Width.Dilation) * Channels + firstChannel;
        }
    }

    /// <summary>Copies lines of an image, channels last and with zeros where they lie over the border.</summary>
    void CopyLines(float* image, int firstLine, int lines, float* destination)
    {
        var before = Math.Min(window.Width.PadBefore, LineWidth);
        var copied = Math.Min(window.Width.Input, LineWidth - before);
        for (var line = firstLine; line < firstLine + lines; line++, destination += LineWidth * Channels)
        {
            if ((uint)line >= (uint)window.Height.Input)
            {
                new Span<float>(destination, LineWidth * Channels).Clear();
                continue;
            }
            new Span<float>(destination, before * Channels).Clear();
            var inside = destination + before * Channels;
            if (readsChannelsFirst)
            {
                ImageLayout.Transpose(image + (nint)line * window.Width.Input, window.InputLength, Channels, copied, inside, Channels);
            }
            else
            {
                new ReadOnlySpan<float>(image + (nint)line * window.Width.Input * Channels,
                    copied * Channels).CopyTo(new Span<float>(inside, copied * Channels));
            }
            new Span<float>(inside + copied * Channels, (LineWidth - before - copied) * Channels).Clear();
        }
    }

    /// <summary>
    /// Output lines whose windows see no more than fits the second-level cache, so that the panels of the weights pass by it one after the
    /// other.
    /// </summary>
    int LinesInStrip
    {
        get
        {
            var seen = StripFloats / Math.Max(1, LineWidth * Channels);
            var lines = (seen - window.Height.Reach) / window.Height.Stride + 1;
            return Math.Max(1, Math.Min(lines, MaxStripPixels / Math.Max(1, window.Width.Output)));
        }
    }

    int LinesSeenBy(int lines) => (lines - 1) * window.Height.Stride + window.Height.Reach;

    /// <summary>Elements that all windows of an axis see together, padding included.</summary>
    static int Span(WindowAxis axis) => (axis.Output - 1) * axis.Stride + axis.Reach;

    static bool ReachesOver(WindowAxis axis) => axis.PadBefore > 0 || Span(axis) > axis.Input;

    /// <summary>The definition, one element at a time; weights and bias as ONNX lays them out.</summary>
    internal static void RunReference(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Span<float> y, int images, int inputs, int outputs,
        int groups,
        WindowGeometry window, Limits limits, ReadOnlySpan<float> residual)
    {
        var (groupInputs, groupOutputs) = (inputs / groups, outputs / groups);
        for (var i = 0; i < images * window.OutputLength * outputs; i++)
        {
            var (pixel, output) = Math.DivRem(i, outputs);
            var (image, place) = Math.DivRem(pixel, window.OutputLength);
            var (line, column) = Math.DivRem(place, window.Width.Output);
            var sum = 0f;
            for (var tap = 0; tap < window.Taps; tap++)
            {
                var seenLine = window.Height.Start(line) + tap / window.Width.Kernel * window.Height.Dilation;
                var seenColumn = window.Width.Start(column) + tap % window.Width.Kernel * window.Width.Dilation;
                if ((uint)seenLine >= (uint)window.Height.Input || (uint)seenColumn >= (uint)window.Width.Input) continue;
                var seen = ((image * window.Height.Input + seenLine) * window.Width.Input + seenColumn) * inputs
                    + output / groupOutputs * groupInputs;
                for (var channel = 0; channel < groupInputs; channel++)
                {
                    sum = Lanes1.MultiplyAdd(x[seen + channel], weights[(output * groupInputs + channel) * window.Taps + tap], sum);
                }
            }
            if (!bias.IsEmpty) sum += bias[output];
            if (!residual.IsEmpty) sum += residual[i];
            y[i] = Lanes1.Limit(sum, limits.Low, limits.High);
        }
    }
}
