using System.Runtime.CompilerServices;
using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>
/// Convolution of each channel with a window of its own, of 8-bit images that lie as [images, height, width, channels]. Immutable; shared
/// by all threads.
/// </summary>
/// <remarks>
/// A pixel is described by where each of its taps begins, from the first of them; taps over the border see a row of real zeros beside the
/// image.
/// </remarks>
sealed unsafe class IntegerDepthwise
{
    readonly Tensor _weights;
    readonly Tensor _bias;
    readonly Tensor _multipliers;
    readonly Tensor _constants;
    readonly Tensor _zeros;
    readonly WindowGeometry _window;
    readonly IntegerDepthwiseKernel _kernel;
    readonly int _channels;
    readonly int _tapQuads;
    readonly bool _byColumns;
    readonly bool _flips;
    readonly IByteTail? _tail;
    bool _clamps;

    /// <param name="weights">[channels, 1, height, width], as ONNX lays them out, from their zero points.</param>
    /// <param name="window">How windows move over the image; the depth axis is absent.</param>
    /// <param name="scheme">Input, bias and output.</param>
    /// <param name="tail">Applied to the outputs just computed; null for nothing.</param>
    /// <param name="level">The level to run at.</param>
    /// <exception cref="SumOverflowException">A sum could overflow.</exception>
    public IntegerDepthwise(ReadOnlySpan<sbyte> weights, WindowGeometry window, IntegerScheme scheme, IByteTail? tail = null,
        DotProductLevel? level = null)
    {
        _kernel = IntegerDepthwiseKernel.For(level ?? DotProducts.Current);
        (_window, _tail, _channels) = (window, tail, weights.Length / window.Taps);
        _flips = scheme.FlipsFor(_kernel.LowestByte);
        // Three or four lines of taps fill the four places of a quad, so that a column of taps is one, which neighbouring pixels share.
        _byColumns = window.Height.Kernel is 3 or 4;
        _tapQuads = _byColumns ? window.Width.Kernel : (window.Taps + 3) / 4;

        var block = 4 * _kernel.Lanes;
        var blocks = (_channels + block - 1) / block;
        _weights = new Tensor(DataType.Int8, [blocks, _tapQuads, 4, _kernel.Lanes, 4]);
        _bias = new Tensor(DataType.Int32, [blocks * block]);
        _multipliers = new Tensor(DataType.Float32, [blocks * block]);
        _constants = new Tensor(DataType.UInt8, [sizeof(RequantizeConstants)]);
        _zeros = new Tensor(DataType.UInt8, [blocks * block]);
        _zeros.AsSpan<byte>().Fill(scheme.ZeroByte);
        RequantizeConstants.Write((RequantizeConstants*)_constants.Pointer<byte>(), scheme.Output!.Value);
        for (var i = 0; i < blocks * block; i++) Pack(weights, scheme, i);
    }

    public WindowGeometry Window => _window;

    public int Channels => _channels;

    /// <summary>
    /// Fills what belongs to one lane: register by register, each with its channels in the order in which the kernel interleaves them.
    /// </summary>
    void Pack(ReadOnlySpan<sbyte> weights, IntegerScheme scheme, int index)
    {
        var block = 4 * _kernel.Lanes;
        var (first, inside) = (index / block * block, index % block);
        var channel = _kernel.FirstChannel(first, _channels) + _kernel.InterleavedIndex(inside / _kernel.Lanes, inside % _kernel.Lanes);
        if (channel >= _channels) return;

        var sum = default(SumRange);
        for (var tap = 0; tap < _window.Taps; tap++)
        {
            var weight = weights[channel * _window.Taps + tap];
            sum.Add(weight, scheme.InputZeroPoint, scheme.IsSigned);
            var place = PlaceOf(tap);
            _weights.AsSpan<sbyte>()[first * _tapQuads * 4 + place / 4 * block * 4 + inside * 4 + place % 4] = weight;
        }
        _clamps |= sum.Reaches(scheme.BiasOf(channel), scheme.MultiplierOf(channel));
        _bias.AsSpan<int>()[index] = sum.Start(scheme.BiasOf(channel), scheme.KernelZeroPoint(_kernel.LowestByte), channel);
        _multipliers.Floats[index] = scheme.MultiplierOf(channel);
    }

    /// <summary>
    /// Computes the output lines <paramref name="firstLine"/> to <paramref name="endLine"/> (exclusive) of each image; the other lines are
    /// not touched.
    /// </summary>
    /// <param name="x">[images, height, width, channels]; memory of a tensor.</param>
    /// <param name="y">[images, output height, output width, channels]; shares no memory with the other operands.</param>
    /// <param name="images">Number of images.</param>
    /// <param name="firstLine">First output line.</param>
    /// <param name="endLine">The output line after the last.</param>
    /// <param name="residual">What the tail reads beside the outputs, of their shape; null for nothing.</param>
    public void Run(byte* x, byte* y, int images, int firstLine, int endLine, byte* residual = null)
    {
        using var tapScratch = new Scratch<nint>(2 * _tapQuads * 4);
        using var rest = new Scratch<byte>(4 * _kernel.Lanes);
        nint* inside = tapScratch.Pointer, border = inside + _tapQuads * 4;
        // Places without a tap have weights of zero, and may see anything.
        new Span<nint>(inside, _tapQuads * 4).Clear();
        for (var tap = 0; tap < _window.Taps; tap++) inside[PlaceOf(tap)] = Offset(tap);

        var lineBytes = (nint)_window.Width.Output * _channels;
        for (var image = 0; image < images; image++)
        {
            var source = x + (nint)image * _window.InputLength * _channels;
            for (var line = firstLine; line < endLine; line++)
            {
                var place = ((nint)image * _window.Height.Output + line) * lineBytes;
                RunLine(source, y + place, line, inside, border, rest.Pointer);
                _tail?.Run(y + place, residual is null ? null : residual + place, (int)lineBytes);
            }
        }
        GC.KeepAlive(this);
    }

    // Optimized at once: a model that has just been loaded would otherwise spend more time here than in the kernels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunLine(byte* x, byte* y, int line, nint* inside, nint* border, byte* rest)
    {
        var (from, to) = (0, 0);
        if (_window.Height.TapsInside(line) == (0, _window.Height.Kernel))
        {
            from = _window.Width.OutputsInside(0).From;
            to = Math.Max(from, _window.Width.OutputsInside(_window.Width.Kernel - 1).To);
        }
        for (var column = 0; column < from; column++) RunBorder(x, y, line, column, border, rest);
        _kernel.Run(Pixels(x, y, line, from, to - from, inside, rest));
        for (var column = to; column < _window.Width.Output; column++) RunBorder(x, y, line, column, border, rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunBorder(byte* x, byte* y, int line, int column, nint* taps, byte* rest)
    {
        var run = Pixels(x, y, line, column, 1, taps, rest);
        var ((fromLine, toLine), (fromColumn, toColumn)) = (_window.Height.TapsInside(line), _window.Width.TapsInside(column));
        var zeros = (nint)(_zeros.Pointer<byte>() - run.Source);
        new Span<nint>(taps, _tapQuads * 4).Fill(zeros);
        for (var row = fromLine; row < toLine; row++)
        {
            for (var tap = fromColumn; tap < toColumn; tap++)
            {
                taps[PlaceOf(row * _window.Width.Kernel + tap)] = Offset(row * _window.Width.Kernel + tap);
            }
        }
        _kernel.Run(run);
    }

    /// <summary>Where a tap lies among the places of the quads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    int PlaceOf(int tap) => _byColumns ? tap % _window.Width.Kernel * 4 + tap / _window.Width.Kernel : tap;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    nint Offset(int tap) =>
        ((nint)(tap / _window.Width.Kernel) * _window.Height.Dilation * _window.Width.Input
        + tap % _window.Width.Kernel * _window.Width.Dilation) * _channels;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    IntegerDepthwiseRun Pixels(byte* x, byte* y, int line, int column, int count, nint* taps, byte* rest) => new()
    {
        Source = x + ((nint)_window.Height.Start(line) * _window.Width.Input + _window.Width.Start(column)) * _channels,
        PixelStep = (nint)_window.Width.Stride * _channels,
        Taps = taps,
        ColumnStep = _byColumns && _window.Width is { Kernel: 3, Dilation: 1, Stride: 1 or 2 } ? _window.Width.Stride : 0,
        TapQuads = _tapQuads,
        Flips = _flips,
        Clamps = _clamps,
        Weights = _weights.Pointer<sbyte>(),
        Bias = _bias.Pointer<int>(),
        Multipliers = _multipliers.Pointer<float>(),
        Constants = (RequantizeConstants*)_constants.Pointer<byte>(),
        Output = y + (nint)column * _channels,
        Rest = rest,
        Pixels = count,
        Channels = _channels,
    };
}
