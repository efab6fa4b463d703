using System.Runtime.CompilerServices;

namespace Octet.Kernels;

/// <summary>
/// Convolution of 8-bit images that lie as [images, height, width, channels], from integers to integers; as in
/// <see cref="ChannelsLastConvolution"/> no matrix of windows is made.
/// </summary>
/// <remarks>
/// Only where windows reach over the border, the lines they see are copied, with the input's zero point around them, some lines at a time.
/// </remarks>
/// <param name="filters">The packed weights.</param>
/// <param name="window">How windows move over the image; the depth axis is absent.</param>
/// <param name="readsChannelsFirst">Whether images come as [images, channels, height, width].</param>
/// <param name="tail">Applied to the outputs just computed; null for nothing.</param>
sealed unsafe class IntegerConvolution(IntegerFilters filters, WindowGeometry window, bool readsChannelsFirst = false,
    IByteTail? tail = null)
{
    /// <summary>Bytes of an image that a strip of output lines may see, which stay in the second-level cache.</summary>
    const int StripBytes = 128 * 1024;

    /// <summary>Most bytes of output in a strip: each panel writes a few bytes of every pixel.</summary>
    const int MaxStripOutputs = 256 * 1024;

    /// <summary>Most output pixels in a strip, a bound for the memory that their pointers take.</summary>
    const int MaxStripPixels = 1024;

    readonly bool _copiesLines = readsChannelsFirst || ReachesOver(window.Height) || ReachesOver(window.Width);

    public WindowGeometry Window => window;

    public int OutputChannels => filters.Outputs;

    /// <summary>Multiplications that all channels of one output pixel take.</summary>
    public long MultiplicationsOfPixel => (long)filters.Outputs * filters.Inputs / filters.Groups.Length * filters.Taps;

    int Channels => filters.Inputs;

    /// <summary>Pixels in a line of what windows are laid over.</summary>
    int LineWidth => _copiesLines ? Span(window.Width) : window.Width.Input;

    /// <summary>
    /// Convolves what the output lines <paramref name="firstLine"/> to <paramref name="endLine"/> (exclusive) of each image need; the other
    /// lines are not touched.
    /// </summary>
    /// <param name="x">[images, height, width, input channels], or channels first; memory of a tensor.</param>
    /// <param name="y">[images, output height, output width, output channels]; shares no memory with the other operands.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="firstLine">First output line.</param>
    /// <param name="endLine">The output line after the last.</param>
    /// <param name="residual">What the tail reads beside the outputs, of their shape; null for nothing.</param>
    public void Run(byte* x, byte* y, int images, int firstLine, int endLine, byte* residual = null)
    {
        var outputLine = (nint)window.Width.Output * filters.Outputs;
        for (var image = 0; image < images; image++)
        {
            var first = image * window.Height.Output * outputLine;
            var own = residual is null ? null : residual + first;
            RunImage(x + (nint)image * window.InputLength * Channels, y + first, own, firstLine, endLine);
        }
        GC.KeepAlive(filters);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunImage(byte* x, byte* y, byte* residual, int firstLine, int endLine)
    {
        var strips = (endLine - firstLine + LinesInStrip - 1) / LinesInStrip;
        if (strips <= 0) return;
        var stripLines = (endLine - firstLine + strips - 1) / strips;
        using var pointerScratch = new Scratch<nint>(stripLines * window.Width.Output);
        using var tapScratch = new Scratch<nint>(filters.Taps);
        using var lineScratch = new Scratch<byte>(_copiesLines ? LinesSeenBy(stripLines) * LineWidth * Channels : 0);

        for (var line = firstLine; line < endLine; line += stripLines)
        {
            var lines = Math.Min(stripLines, endLine - line);
            var seen = x + (nint)window.Height.Start(line) * window.Width.Input * Channels;
            if (_copiesLines) CopyLines(x, window.Height.Start(line), LinesSeenBy(lines), seen = lineScratch.Pointer);

            var first = (nint)line * window.Width.Output * filters.Outputs;
            var block = new IntegerBlock
            {
                Rows = (byte**)pointerScratch.Pointer,
                RowCount = lines * window.Width.Output,
                Taps = tapScratch.Pointer,
                OutputStride = filters.Outputs,
            };
            PointAtPixels(seen, lines, block.Rows);
            RunGroups(block, y + first);
            tail?.Run(y + first, residual is null ? null : residual + first, block.RowCount * filters.Outputs);
        }
    }

    void RunGroups(IntegerBlock block, byte* y)
    {
        var groups = filters.Groups;
        for (var group = 0; group < groups.Length; group++)
        {
            var matrix = groups[group];
            FindTaps(ref block, firstChannel: group * (Channels / groups.Length));
            matrix.Describe(ref block);
            block.Output = y + group * matrix.Columns;
            matrix.Kernel.Multiply(block);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void PointAtPixels(byte* seen, int lines, byte** pointers)
    {
        var (step, lineStep) = ((nint)window.Width.Stride * Channels, (nint)window.Height.Stride * LineWidth * Channels);
        for (var line = 0; line < lines; line++, seen += lineStep)
        {
            for (var x = 0; x < window.Width.Output; x++) *pointers++ = seen + x * step;
        }
    }

    void FindTaps(ref IntegerBlock block, int firstChannel)
    {
        var (rows, columns) = (window.Height.Kernel, filters.JoinsTaps ? 1 : window.Width.Kernel);
        block.TapCount = rows * columns;
        for (var tap = 0; tap < block.TapCount; tap++)
        {
            var (row, column) = Math.DivRem(tap, columns);
            block.Taps[tap] = ((nint)row * window.Height.Dilation * LineWidth + column * window.Width.Dilation) * Channels + firstChannel;
        }
    }

    /// <summary>Copies lines of an image, channels last and with real zeros where they lie over the border.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void CopyLines(byte* image, int firstLine, int lines, byte* destination)
    {
        var zero = filters.Scheme.ZeroByte;
        var before = Math.Min(window.Width.PadBefore, LineWidth);
        var copied = Math.Min(window.Width.Input, LineWidth - before);
        for (var line = firstLine; line < firstLine + lines; line++, destination += LineWidth * Channels)
        {
            if ((uint)line >= (uint)window.Height.Input)
            {
                new Span<byte>(destination, LineWidth * Channels).Fill(zero);
                continue;
            }
            new Span<byte>(destination, before * Channels).Fill(zero);
            var inside = destination + before * Channels;
            if (readsChannelsFirst) ByteLayout.Transpose(image + (nint)line * window.Width.Input, window.InputLength, Channels, copied,
                inside, Channels);
            else new ReadOnlySpan<byte>(image + (nint)line * window.Width.Input * Channels,
                copied * Channels).CopyTo(new Span<byte>(inside, copied * Channels));
            new Span<byte>(inside + copied * Channels, (LineWidth - before - copied) * Channels).Fill(zero);
        }
    }

    /// <summary>
    /// Output lines that fit the second-level cache with what their windows see, so that the panels of the weights pass by them one after
    /// the other.
    /// </summary>
    int LinesInStrip
    {
        get
        {
            var seen = StripBytes / Math.Max(1, LineWidth * Channels);
            var lines = (seen - window.Height.Reach) / window.Height.Stride + 1;
            var (made, pixels) = (MaxStripOutputs / Math.Max(1, window.Width.Output * filters.Outputs),
                MaxStripPixels / Math.Max(1, window.Width.Output));
            return Math.Max(1, Math.Min(lines, Math.Min(made, pixels)));
        }
    }

    int LinesSeenBy(int lines) => (lines - 1) * window.Height.Stride + window.Height.Reach;

    /// <summary>Elements that all windows of an axis see together, padding included.</summary>
    static int Span(WindowAxis axis) => (axis.Output - 1) * axis.Stride + axis.Reach;

    static bool ReachesOver(WindowAxis axis) => axis.PadBefore > 0 || Span(axis) > axis.Input;

    /// <summary>The definition, one element at a time; weights as ONNX lays them out, from their zero points.</summary>
    internal static void RunReference(
        ReadOnlySpan<byte> x, ReadOnlySpan<sbyte> weights, Span<byte> y, int images, int inputs, int outputs, int groups,
            WindowGeometry window, IntegerScheme scheme)
    {
        var (groupInputs, groupOutputs) = (inputs / groups, outputs / groups);
        for (var i = 0; i < images * window.OutputLength * outputs; i++)
        {
            var (pixel, output) = Math.DivRem(i, outputs);
            var (image, place) = Math.DivRem(pixel, window.OutputLength);
            var (line, column) = Math.DivRem(place, window.Width.Output);
            var sum = scheme.BiasOf(output);
            for (var tap = 0; tap < window.Taps; tap++)
            {
                var seenLine = window.Height.Start(line) + tap / window.Width.Kernel * window.Height.Dilation;
                var seenColumn = window.Width.Start(column) + tap % window.Width.Kernel * window.Width.Dilation;
                if ((uint)seenLine >= (uint)window.Height.Input || (uint)seenColumn >= (uint)window.Width.Input) continue;
                var seen = ((image * window.Height.Input + seenLine) * window.Width.Input + seenColumn) * inputs
                    + output / groupOutputs * groupInputs;
                for (var channel = 0; channel < groupInputs; channel++)
                {
                    var value = scheme.IsSigned ? (int)(sbyte)x[seen + channel] : x[seen + channel];
                    sum += (value - scheme.InputZeroPoint) * weights[(output * groupInputs + channel) * window.Taps + tap];
                }
            }
            y[i] = scheme.Output!.Value.Apply(sum, scheme.MultiplierOf(output));
        }
    }
}
