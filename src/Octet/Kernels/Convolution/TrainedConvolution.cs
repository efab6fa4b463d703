using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>
/// A convolution of images with channels last whose weights change from step to step: forwards, and back to its input, weights and bias.
/// </summary>
/// <remarks>
/// Weights are packed anew on each call, into memory that stays; so one call at a time. Work is shared out by images forwards and back to
/// the input, and by channels back to the weights, so all results have the same bits for any number of threads. Weights are [outputs,
/// inputs / groups, height, width], as ONNX lays them out.
/// </remarks>
sealed unsafe class TrainedConvolution : ISharedWork
{
    const int PartsOfThread = 4;

    readonly int _inputs;
    readonly int _outputs;
    readonly int _groups;
    readonly int _threads;
    readonly WindowGeometry _window;
    readonly SimdLevel _level;
    readonly PackedFilters? _filters;
    readonly ChannelsLastConvolution? _convolution;
    readonly DepthwiseConvolution? _depthwise;
    readonly DepthwiseConvolution? _depthwiseBack;
    readonly PackedMatrix? _pointwiseBack;
    readonly ChannelsLastTransposedConvolution? _back;
    readonly int[] _backOffsets = [];
    readonly Tensor? _turned;
    readonly Tensor? _tapGradients;
    Direction _direction;
    Tensor _x = null!;
    Tensor _y = null!;
    Tensor _weights = null!;
    int _images;

    /// <param name="inputs">Channels of the images that come in.</param>
    /// <param name="outputs">Channels of the results.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="window">How windows move over an image; the depth axis is absent.</param>
    /// <param name="threads">Threads to use at most.</param>
    /// <param name="level">The level to run at.</param>
    public TrainedConvolution(int inputs, int outputs, int groups, WindowGeometry window, int threads = 1, SimdLevel? level = null)
    {
        (_inputs, _outputs, _groups, _window, _threads, _level) = (inputs, outputs, groups, window, threads, level ?? Simd.Current);
        var (weights, bias) = (new float[outputs * (inputs / groups) * window.Taps], new float[outputs]);
        if (IsDepthwise)
        {
            _depthwise = new(weights, bias, window, Limits.None, level: _level);
            _turned = new(DataType.Float32, [weights.Length]);
            if (TurnedAround(window.Height) is { } height && TurnedAround(window.Width) is { } width)
            {
                _depthwiseBack = new(weights, bias, new(WindowAxis.Absent, height, width), Limits.None, level: _level);
            }
            return;
        }
        _filters = new(weights, bias, outputs, inputs, window.Taps, groups, _level);
        _convolution = new(_filters, window, Limits.None);
        if (IsPointwise)
        {
            _backOffsets = [.. Enumerable.Range(0, outputs).Select(output => output * inputs)];
            _pointwiseBack = new(inputs, weights, 1, _backOffsets, [], _level);
        }
        else
        {
            _back = new(weights, new float[inputs], outputs, groups, window, Limits.None, level: _level);
            _tapGradients = new(DataType.Float32, [weights.Length]);
        }
    }

    enum Direction
    {
        Forward,
        ToInput,
        ToWeights,
    }

    public WindowGeometry Window => _window;

    public int Outputs => _outputs;

    bool IsDepthwise => _groups == _inputs && _groups == _outputs && _groups > 1;

    bool IsPointwise => _groups == 1 && _window.IsPointwise;

    /// <param name="x">[images, height, width, inputs].</param>
    /// <param name="weights">The weights.</param>
    /// <param name="bias">[outputs]; null for none.</param>
    /// <param name="y">Receives [images, height, width, outputs].</param>
    public void Forward(Tensor x, Tensor weights, Tensor? bias, Tensor y)
    {
        _depthwise?.Repack(weights.Floats, bias is null ? [] : bias.Floats);
        _filters?.Repack(weights.Floats, bias is null ? [] : bias.Floats);
        Share(Direction.Forward, x, y, weights, x.Shape[0]);
    }

    /// <summary>The gradient of the images that came in.</summary>
    /// <param name="upstream">The gradient of the result.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="gradient">Receives the gradient of x.</param>
    public void BackToInput(Tensor upstream, Tensor weights, Tensor gradient)
    {
        _pointwiseBack?.Repack(weights.Floats, 1, _backOffsets, []);
        _back?.Repack(weights.Floats);
        if (_depthwiseBack is not null)
        {
            Turn(weights.Floats, _turned!.Floats, _window.Taps);
            _depthwiseBack.Repack(_turned.Floats, []);
        }
        else if (IsDepthwise) ImageLayout.ToChannelsLast(weights.Floats, _turned!.Floats, images: 1, _inputs, _window.Taps);
        Share(Direction.ToInput, gradient, upstream, weights, gradient.Shape[0]);
    }

    /// <summary>The gradient of the weights.</summary>
    /// <param name="x">The images that came in.</param>
    /// <param name="upstream">The gradient of the result.</param>
    /// <param name="gradient">Receives the gradient of the weights.</param>
    public void BackToWeights(Tensor x, Tensor upstream, Tensor gradient)
    {
        var sums = IsDepthwise ? _turned! : _tapGradients ?? gradient;
        sums.Floats.Clear();
        Share(Direction.ToWeights, x, upstream, sums, IsDepthwise ? (_outputs + 15) / 16 : (_outputs / _groups + 5) / 6);
        // What was summed tap by tap goes to the places of ONNX.
        if (IsDepthwise) ImageLayout.ToChannelsFirst(sums.Floats, gradient.Floats, images: 1, _outputs, _window.Taps);
        else if (sums != gradient) TapsLast(sums.Floats, gradient.Floats);
    }

    /// <summary>The gradient of the bias: the sum of each channel.</summary>
    public static void BackToBias(ReadOnlySpan<float> upstream, Span<float> gradient) => ColumnSums.Of(upstream, gradient);

    public void RunPart(int part, int parts)
    {
        if (_direction == Direction.ToWeights)
        {
            AddToWeights(part, parts);
            return;
        }
        var (first, end) = ((int)((long)_images * part / parts), (int)((long)_images * (part + 1) / parts));
        var (x, y) = (_window.InputLength * _inputs, _window.OutputLength * _outputs);
        var images = _x.Floats[(first * x)..(end * x)];
        var results = _y.Floats[(first * y)..(end * y)];
        if (_direction == Direction.Forward)
        {
            _convolution?.Run(images, results, end - first);
            _depthwise?.Run(images, results, end - first);
        }
        else if (_pointwiseBack is not null)
            Gemm.Multiply(results, _pointwiseBack, images, (end - first) * _window.OutputLength, Limits.None);
        else if (_back is not null) _back.Run(results, images, end - first);
        else if (_depthwiseBack is not null) _depthwiseBack.Run(results, images, end - first);
        else
        {
            fixed (float* gradient = images, upstream = results)
            {
                DepthwiseGradient.ToInput(_window, _inputs, end - first, upstream, _turned!.Pointer<float>(), gradient, _level);
            }
        }
    }

    void Share(Direction direction, Tensor x, Tensor y, Tensor weights, int shares)
    {
        (_direction, _x, _y, _weights, _images) = (direction, x, y, weights, x.Shape[0]);
        if (_images > 0) WorkTeam.Shared.Run(this, Math.Clamp(shares, 1, _threads == 1 ? 1 : _threads * PartsOfThread), _threads);
        (_x, _y, _weights) = (null!, null!, null!);
    }

    void AddToWeights(int part, int parts)
    {
        if (IsDepthwise)
        {
            var vectors = (_outputs + 15) / 16;
            var (from, to) = (vectors * part / parts * 16, Math.Min(_outputs, vectors * (part + 1) / parts * 16));
            if (from < to)
                DepthwiseGradient.ToWeights(_window, _inputs, _images, _x.Pointer<float>(), _y.Pointer<float>(), _weights.Pointer<float>(),
                    from, to, _level);
            return;
        }
        var (groupInputs, groupOutputs) = (_inputs / _groups, _outputs / _groups);
        var tiles = (groupOutputs + 5) / 6;
        var (first, end) = (tiles * part / parts * 6, Math.Min(groupOutputs, tiles * (part + 1) / parts * 6));
        if (first >= end) return;
        var kernel = OuterProducts.ForColumns(groupInputs, _level);
        for (var group = 0; group < _groups; group++)
        {
            var block = new OuterProductBlock
            {
                Left = _y.Pointer<float>() + group * groupOutputs + first,
                LeftStep = _outputs,
                Right = _x.Pointer<float>() + group * groupInputs,
                RightStep = _inputs,
                Rows = end - first,
                Columns = groupInputs,
                ResultStep = groupInputs,
            };
            if (IsPointwise)
                kernel.Add(block with
                {
                    Pixels = _images * _window.OutputLength,
                    Result = _weights.Pointer<float>() + first * groupInputs
                });
            else AddTaps(kernel, block, _weights.Pointer<float>() + (nint)(group * groupOutputs + first) * groupInputs);
        }
    }

    /// <summary>Tap by tap and line by line, the pixels that see elements rather than padding.</summary>
    void AddTaps(OuterProducts kernel, OuterProductBlock block, float* result)
    {
        var (height, width) = (_window.Height, _window.Width);
        float* left = block.Left, right = block.Right;
        block.RightStep = (nint)width.Stride * _inputs;
        for (var i = 0; i < _images * height.Output; i++)
        {
            var (image, line) = Math.DivRem(i, height.Output);
            var (fromRow, toRow) = height.TapsInside(line);
            for (var row = fromRow; row < toRow; row++)
            {
                var seen = right + ((nint)image * height.Input + height.Start(line) + row * height.Dilation) * width.Input * _inputs;
                for (var column = 0; column < width.Kernel; column++)
                {
                    var (from, to) = width.OutputsInside(column);
                    block.Pixels = to - from;
                    block.Left = left + ((nint)i * width.Output + from) * _outputs;
                    block.Right = seen + (nint)(width.Start(from) + column * width.Dilation) * _inputs;
                    block.Result = result + (nint)(row * width.Kernel + column) * _outputs * (_inputs / _groups);
                    if (block.Pixels > 0) kernel.Add(block);
                }
            }
        }
    }

    /// <summary>From [taps, outputs, group inputs] to [outputs, group inputs, taps].</summary>
    void TapsLast(ReadOnlySpan<float> taps, Span<float> weights) =>
        ImageLayout.ToChannelsLast(taps, weights, images: 1, _window.Taps, weights.Length / _window.Taps);

    /// <summary>Reverses the taps of each channel.</summary>
    static void Turn(ReadOnlySpan<float> weights, Span<float> turned, int taps)
    {
        weights.CopyTo(turned);
        for (var start = 0; start < turned.Length; start += taps) turned.Slice(start, taps).Reverse();
    }

    /// <summary>The window that leads back from what a window of stride 1 made; null where none does.</summary>
    static WindowAxis? TurnedAround(WindowAxis axis)
    {
        var before = axis.Reach - 1 - axis.PadBefore;
        if (axis.Stride != 1 || before < 0) return null;
        return new(axis.Output, axis.Kernel, 1, axis.Dilation, before, Math.Max(0, axis.Input - axis.Output - before + axis.Reach - 1),
            axis.Input);
    }
}
