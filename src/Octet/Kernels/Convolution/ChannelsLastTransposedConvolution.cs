using System.Numerics;
using System.Numerics.Tensors;

namespace Octet.Kernels;

/// <summary>
/// Transposed convolution of images that lie as [images, height, width, channels]: each pixel, times the weights, is added to the window of
/// the result that a convolution would have made it from. Immutable; shared by all threads.
/// </summary>
/// <remarks>A line of pixels times all weights is one matrix product; its columns are then added to the result, tap by tap.</remarks>
sealed unsafe class ChannelsLastTransposedConvolution
{
    readonly PackedMatrix[] _groups;
    readonly int[] _depthOffsets;
    readonly float[] _bias;
    readonly int _inputs;
    readonly WindowGeometry _window;
    readonly Limits _limits;
    readonly FloatMap? _activation;

    /// <param name="weights">[inputs, outputs / groups, height, width], as ONNX lays them out.</param>
    /// <param name="bias">[outputs].</param>
    /// <param name="inputs">Channels of the images that come in.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="window">The geometry of the convolution that this one turns around: what it calls its output comes in here.</param>
    /// <param name="limits">What the results are limited to.</param>
    /// <param name="activation">Applied to the limited results; null for none.</param>
    /// <param name="level">The level to run at.</param>
    public ChannelsLastTransposedConvolution(
        ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int inputs, int groups, WindowGeometry window, Limits limits,
        FloatMap? activation = null, SimdLevel? level = null)
    {
        (_bias, _inputs, _window, _limits, _activation) = (bias.ToArray(), inputs, window, limits, activation);
        var groupOutputs = bias.Length / groups;
        var tapsFirst = new float[weights.Length];
        ImageLayout.ToChannelsLast(weights, tapsFirst, images: inputs, groupOutputs, window.Taps);

        var (depth, columns) = (inputs / groups, window.Taps * groupOutputs);
        _depthOffsets = [.. Enumerable.Range(0, depth).Select(row => row * columns)];
        _groups = new PackedMatrix[groups];
        for (var group = 0; group < groups; group++)
        {
            _groups[group] =
                PackedMatrix.Of(tapsFirst.AsSpan(group * depth * columns, depth * columns), depth, columns, isTransposed: false,
                    level: level);
        }
    }

    /// <summary>Takes other weights; not to be called while it runs.</summary>
    public void Repack(ReadOnlySpan<float> weights)
    {
        using var tapsFirst = new Scratch<float>(weights.Length);
        ImageLayout.ToChannelsLast(weights, tapsFirst.Span, images: _inputs, Outputs / _groups.Length, _window.Taps);
        for (var group = 0; group < _groups.Length; group++)
        {
            var length = _groups[group].Depth * _groups[group].Columns;
            _groups[group].Repack(tapsFirst.Span.Slice(group * length, length), 1, _depthOffsets, []);
        }
    }

    /// <summary>The geometry of the convolution that this one turns around.</summary>
    public WindowGeometry Window => _window;

    public int Outputs => _bias.Length;

    /// <param name="x">[images, height, width, inputs].</param>
    /// <param name="y">[images, result height, result width, outputs]; shares no memory with <paramref name="x"/>.</param>
    /// <param name="images">Number of images.</param>
    public void Run(ReadOnlySpan<float> x, Span<float> y, int images)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, images * _window.OutputLength * _inputs);
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, images * _window.InputLength * Outputs);

        for (var pixel = 0; pixel < y.Length; pixel += Outputs) _bias.CopyTo(y[pixel..]);
        fixed (float* xStart = x, yStart = y)
        {
            var line = (nint)_window.Width.Output * _inputs;
            for (var i = 0; i < images * _window.Height.Output; i++)
            {
                var (image, place) = Math.DivRem(i, _window.Height.Output);
                AddLine(xStart + i * line, yStart + (nint)image * _window.InputLength * Outputs, place);
            }
        }
        if (_limits != Limits.None) ElementWise.Map(y, y, new Within(_limits));
        _activation?.Invoke(y, y);
        GC.KeepAlive(this);
    }

    void AddLine(float* pixels, float* image, int line)
    {
        var count = _window.Width.Output;
        using var rowScratch = new Scratch<nint>(count);
        using var columnScratch = new Scratch<float>(count * _groups[0].Columns);
        nint tap = 0;
        for (var group = 0; group < _groups.Length; group++)
        {
            var matrix = _groups[group];
            var block = new GemmBlock
            {
                Rows = (float**)rowScratch.Pointer,
                RowCount = count,
                Taps = &tap,
                TapCount = 1,
                TapDepth = matrix.Depth,
                Layout = matrix.Layout,
                Panels = matrix.Panels,
                Bias = matrix.Bias,
                Output = columnScratch.Pointer,
                OutputStride = matrix.Columns,
                Limits = Limits.None,
            };
            for (var i = 0; i < count; i++) block.Rows[i] = pixels + (nint)i * _inputs + group * matrix.Depth;
            matrix.Kernel.Multiply(block);
            AddColumns(columnScratch.Pointer, image + group * (Outputs / _groups.Length), line);
        }
    }

    void AddColumns(float* columns, float* image, int line)
    {
        var (height, width) = (_window.Height, _window.Width);
        var groupOutputs = Outputs / _groups.Length;
        var (fromLine, toLine) = height.TapsInside(line);
        for (var tapLine = fromLine; tapLine < toLine; tapLine++)
        {
            var target = image + (nint)(height.Start(line) + tapLine * height.Dilation) * width.Input * Outputs;
            for (var tapColumn = 0; tapColumn < width.Kernel; tapColumn++)
            {
                var tap = columns + (tapLine * width.Kernel + tapColumn) * groupOutputs;
                var (from, to) = width.OutputsInside(tapColumn);
                for (var i = from; i < to; i++)
                {
                    Add(tap + (nint)i * _window.Taps * groupOutputs, target + (nint)(width.Start(i) + tapColumn * width.Dilation) * Outputs,
                        groupOutputs);
                }
            }
        }
    }

    static void Add(float* values, float* sums, int count)
    {
        if (count >= 8)
        {
            TensorPrimitives.Add(new ReadOnlySpan<float>(values, count), new ReadOnlySpan<float>(sums, count),
                new Span<float>(sums, count));
            return;
        }
        for (var i = 0; i < count; i++) sums[i] += values[i];
    }

    readonly struct Within(Limits limits) : IUnaryFunction<float>
    {
        readonly Vector<float> _low = new(limits.Low), _high = new(limits.High);

        /// <summary>With the operands in this order NaN stays NaN.</summary>
        public Vector<float> Invoke(Vector<float> x) => Vector.MinNative(_high, Vector.MaxNative(_low, x));
    }
}
