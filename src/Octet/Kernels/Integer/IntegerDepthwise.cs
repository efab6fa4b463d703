using System.Runtime.CompilerServices;
using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>
/// Convolution of each channel with a window of its own, of 8-bit images that lie as [images, height, width, channels]. Immutable; shared
/// by all threads.
/// </summary>
/// <remarks>
/// A pixel is described by where each of its taps begins, from the first of them; taps over the border see a line of real zeros beside the
/// image, which is as wide as a line with its border, so that pixels step along it as they do along the image. Where a block of channels
/// holds several neighbouring pixels as a whole, these run as one pixel with as many channels as the block.
/// </remarks>
sealed unsafe class IntegerDepthwise
{
    readonly Tensor _weights;
    readonly Tensor _bias;
    readonly Tensor _multipliers;
    readonly Tensor _constants;
    readonly byte _zeroByte;
    readonly WindowGeometry _window;
    readonly IntegerDepthwiseKernel _kernel;
    readonly int _channels;
    readonly int _tapQuads;
    readonly bool _byColumns;

    /// <summary>Pixels that fill a block of channels.</summary>
    readonly int _pixelsOfBlock;

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
        _pixelsOfBlock = window.Width.Stride == 1 && block % _channels == 0 ? block / _channels : 1;
        _weights = new Tensor(DataType.Int8, [blocks, _tapQuads, 4, _kernel.Lanes, 4]);
        _bias = new Tensor(DataType.Int32, [blocks * block]);
        _multipliers = new Tensor(DataType.Float32, [blocks * block]);
        _constants = new Tensor(DataType.UInt8, [sizeof(RequantizeConstants)]);
        _zeroByte = scheme.ZeroByte;
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
        if (_pixelsOfBlock > 1) channel %= _channels;
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
        using var tapScratch = new Scratch<nint>(3 * _tapQuads * 4);
        using var rest = new Scratch<byte>(4 * _kernel.Lanes);
        using var zeros = new Scratch<byte>(
            ((_window.Width.Output - 1) * _window.Width.Stride + _window.Width.Reach) * _channels + 4 * _kernel.Lanes);
        zeros.Span.Fill(_zeroByte);
        var taps = new LineTaps(tapScratch.Pointer, _tapQuads * 4, zeros.Pointer);

        var lineBytes = (nint)_window.Width.Output * _channels;
        for (var image = 0; image < images; image++)
        {
            var source = x + (nint)image * _window.InputLength * _channels;
            for (var line = firstLine; line < endLine; line++)
            {
                var place = ((nint)image * _window.Height.Output + line) * lineBytes;
                RunLine(source, y + place, line, taps, rest.Pointer);
                _tail?.Run(y + place, residual is null ? null : residual + place, (int)lineBytes);
            }
        }
        GC.KeepAlive(this);
    }

    // Optimized at once: a model that has just been loaded would otherwise spend more time here than in the kernels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunLine(byte* x, byte* y, int line, in LineTaps taps, byte* rest)
    {
        var source = x + ((nint)_window.Height.Start(line) * _window.Width.Input + _window.Width.Start(0)) * _channels;
        FindTaps(source, line, taps);
        var from = _window.Width.OutputsInside(0).From;
        var to = Math.Max(from, _window.Width.OutputsInside(_window.Width.Kernel - 1).To);
        var run = FirstPixel(source, y, rest);
        for (var column = 0; column < from; column++) RunBorder(run, column, taps);
        RunPixels(run, from, to - from, taps.Inside);
        for (var column = to; column < _window.Width.Output; column++) RunBorder(run, column, taps);
    }

    /// <summary>Where the taps of a line lie from the first tap of each pixel, in the image or, over its upper and lower border, in the
    /// zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void FindTaps(byte* source, int line, in LineTaps taps)
    {
        var (fromLine, toLine) = _window.Height.TapsInside(line);
        var zeros = (nint)(taps.Zeros - source);
        // Places without a tap have weights of zero; what they read has to be memory all the same, which the first tap may not see.
        taps.All.Fill(zeros);
        for (var row = 0; row < _window.Height.Kernel; row++)
        {
            for (var column = 0; column < _window.Width.Kernel; column++)
            {
                var place = PlaceOf(row * _window.Width.Kernel + column);
                var across = (nint)column * _window.Width.Dilation * _channels;
                taps.Outside[place] = zeros + across;
                taps.Inside[place] = row < fromLine || row >= toLine ? zeros + across
                    : (nint)row * _window.Height.Dilation * _window.Width.Input * _channels + across;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunBorder(in IntegerDepthwiseRun run, int column, in LineTaps taps)
    {
        var (from, to) = _window.Width.TapsInside(column);
        for (var tap = 0; tap < _window.Width.Kernel; tap++)
        {
            var chosen = tap >= from && tap < to ? taps.Inside : taps.Outside;
            for (var row = 0; row < _window.Height.Kernel; row++)
            {
                var place = PlaceOf(row * _window.Width.Kernel + tap);
                taps.Border[place] = chosen[place];
            }
        }
        RunPixels(run, column, 1, taps.Border);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunPixels(IntegerDepthwiseRun run, int column, int count, nint* taps)
    {
        run.Source += column * run.PixelStep;
        run.Output += (nint)column * _channels;
        run.Taps = taps;
        var blocks = _pixelsOfBlock > 1 ? count / _pixelsOfBlock : 0;
        if (blocks > 0)
        {
            var wide = run;
            (wide.Channels, wide.Pixels, wide.ColumnStep) = (_pixelsOfBlock * _channels, blocks, 0);
            wide.PixelStep = wide.Channels;
            _kernel.Run(wide);
            run.Source += (nint)blocks * wide.Channels;
            run.Output += (nint)blocks * wide.Channels;
            count -= blocks * _pixelsOfBlock;
        }
        if (count == 0) return;
        run.Pixels = count;
        _kernel.Run(run);
    }

    /// <summary>Where a tap lies among the places of the quads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    int PlaceOf(int tap) => _byColumns ? tap % _window.Width.Kernel * 4 + tap / _window.Width.Kernel : tap;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    IntegerDepthwiseRun FirstPixel(byte* source, byte* y, byte* rest) => new()
    {
        Source = source,
        PixelStep = (nint)_window.Width.Stride * _channels,
        ColumnStep = _byColumns && _window.Width is { Kernel: 3, Dilation: 1, Stride: 1 or 2 } ? _window.Width.Stride : 0,
        TapQuads = _tapQuads,
        Flips = _flips,
        Clamps = _clamps,
        Weights = _weights.Pointer<sbyte>(),
        Bias = _bias.Pointer<int>(),
        Multipliers = _multipliers.Pointer<float>(),
        Constants = (RequantizeConstants*)_constants.Pointer<byte>(),
        Output = y,
        Rest = rest,
        Channels = _channels,
    };

    /// <summary>Where the taps of a line lie from the first tap of a pixel, in bytes, by their places among the quads.</summary>
    /// <param name="memory">Three times as many as places.</param>
    /// <param name="places">Places of the quads.</param>
    /// <param name="zeros">A line of real zeros.</param>
    readonly struct LineTaps(nint* memory, int places, byte* zeros)
    {
        /// <summary>Those of pixels whose columns of taps all lie inside the image.</summary>
        public readonly nint* Inside = memory;

        /// <summary>Those of columns of taps that lie over the left or right border.</summary>
        public readonly nint* Outside = memory + places;

        /// <summary>Room for those of one pixel at the border.</summary>
        public readonly nint* Border = memory + 2 * places;

        public readonly byte* Zeros = zeros;

        public Span<nint> All => new(Inside, 3 * places);
    }
}
