using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>
/// ONNX Runtime's <c>QLinearGlobalAveragePool</c> (com.microsoft): the mean of each channel of 8-bit integers,
/// <c>clamp(round(Σ (x − xZero) · (xScale / (yScale · count))) + yZero)</c>.
/// </summary>
/// <remarks>Inputs: x, its scale and zero point, scale and zero point of the result.</remarks>
/// <param name="ChannelsLast">Whether x is [batch, …, channels] instead of [batch, channels, …].</param>
sealed record QLinearGlobalAveragePool(bool ChannelsLast) : Operator
{
    public static QLinearGlobalAveragePool From(Attributes attributes) => new(attributes.Flag("channels_last"));

    internal override IntegerUse IntegerUse => IntegerUse.Computes;

    internal override RealForm? InReals => new("GlobalAveragePool", OperandOrder.OutputLast, Tensors: 1)
    {
        AttributesOf = static attributes => attributes.Flag("channels_last") ? null : attributes.Without("channels_last"),
    };

    public override int RequiredInputs => 4;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        StepWidth.Check(inputs[0], inputs[1], inputs.Optional(2), "the input");
        StepWidth.Check(inputs[0], inputs[3], inputs.Optional(4), "the result");
        var shape = inputs[0].Shape;
        if (shape.Rank < 3)
        {
            throw new ShapeException($"the input has shape {shape}; an image with a batch, channels and spatial dimensions is expected");
        }
        return [new(inputs[0].Type, ChannelsLast ? [shape[0], .. Enumerable.Repeat(1, shape.Rank - 2), shape[^1]]
            : PoolingShapes.GlobalOutput(shape))];
    }

    public override unsafe void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (x, shape) = (inputs[0], inputs[0].Shape);
        var (images, channels) = (shape[0], ChannelsLast ? shape[^1] : shape[1]);
        var pixels = ChannelsLast ? shape.LengthOf(1, shape.Rank - 1) : shape.LengthOf(2, shape.Rank);
        var (from, to) = (StepWidth.Of(inputs[1], inputs.Optional(2), x.Type), StepWidth.Of(inputs[3], inputs.Optional(4), x.Type));
        var multiplier = from.Scale / (to.Scale * pixels);

        using var sums = new Scratch<int>(channels);
        for (var image = 0; image < images; image++)
        {
            var start = image * pixels * channels;
            if (ChannelsLast) ByteSums.OfColumns(x.BytePointer() + start, pixels, channels, from.IsSigned, sums.Span);
            else ByteSums.OfRows(x.Bytes.Slice(start, channels * pixels), pixels, from.IsSigned, sums.Span);
            TensorPrimitives.Subtract(sums.Span, from.ZeroPoint * pixels, sums.Span);
            IntegerOperand.Requantize(sums.Span, outputs[0], image * channels, multiplier, to.ZeroPoint);
        }
    }
}

/// <summary>
/// ONNX Runtime's <c>QLinearAveragePool</c> (com.microsoft): the mean of each window of 8-bit integers, which are made real, added one
/// after the other in float32, divided by their number, and rounded as <c>clamp(round(mean / yScale + yZero))</c>; so does its version
/// 1.31.1.
/// </summary>
/// <remarks>Inputs: x, its scale and zero point, scale and zero point of the result. Padding is real zero.</remarks>
/// <param name="Window">How the window moves.</param>
/// <param name="CountsPadding">Whether padding counts.</param>
/// <param name="ChannelsLast">Whether x is [batch, …, channels] instead of [batch, channels, …].</param>
sealed record QLinearAveragePool(SlidingWindow Window, bool CountsPadding, bool ChannelsLast) : Operator
{
    public static QLinearAveragePool From(Attributes attributes) =>
        new(PoolingShapes.Window(attributes), attributes.Flag("count_include_pad"), attributes.Flag("channels_last"));

    internal override IntegerUse IntegerUse => IntegerUse.Computes;

    internal override RealForm? InReals => new("AveragePool", OperandOrder.OutputLast, Tensors: 1)
    {
        AttributesOf = static attributes => attributes.Flag("channels_last") ? null : attributes.Without("channels_last"),
    };

    public override int RequiredInputs => 4;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        StepWidth.Check(inputs[0], inputs[1], inputs.Optional(2), "the input");
        StepWidth.Check(inputs[0], inputs[3], inputs.Optional(4), "the result");
        var image = PoolingShapes.Output(ChannelsLast ? ChannelsLastLayout.ChannelsFirst(inputs[0].Shape) : inputs[0].Shape, Window);
        return [new(inputs[0].Type, ChannelsLast ? ChannelsLastLayout.ShapeOf(image) : image)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var x = inputs[0];
        var y = outputs[0].Bytes;
        var image = ChannelsLast ? ChannelsLastLayout.ChannelsFirst(x.Shape) : x.Shape;
        var window = Window.Geometry(image);
        var (from, to) = (StepWidth.Of(inputs[1], inputs.Optional(2), x.Type), StepWidth.Of(inputs[3], inputs.Optional(4), x.Type));
        var (channels, length) = (image[1], window.OutputLength);
        Span<float> reals = stackalloc float[256];
        for (var i = 0; i < 256; i++) reals[i] = from.Real((byte)i);

        for (var i = 0; i < image[0] * channels * length; i++)
        {
            var (plane, place) = Math.DivRem(i, length);
            var (first, step) = ChannelsLast ? (plane / channels * window.InputLength * channels + plane % channels, channels)
                : (plane * window.InputLength, 1);
            var mean = Mean(x.Bytes[first..], step, window, place, reals);
            var target = ChannelsLast ? (plane / channels * length + place) * channels + plane % channels : i;
            y[target] = (byte)(int)Math.Clamp(MathF.Round(mean / to.Scale + to.ZeroPoint, MidpointRounding.ToEven), to.Limits.Low,
                to.Limits.High);
        }
    }

    float Mean(ReadOnlySpan<byte> x, int step, in WindowGeometry window, int output, ReadOnlySpan<float> reals)
    {
        var (line, column) = Math.DivRem(output, window.Width.Output);
        (var plane, line) = Math.DivRem(line, window.Height.Output);
        var (planes, lines, columns) = (window.Depth.TapsInside(plane), window.Height.TapsInside(line), window.Width.TapsInside(column));
        var sum = 0f;
        for (var z = planes.From; z < planes.To; z++)
        {
            for (var y = lines.From; y < lines.To; y++)
            {
                var row = ((window.Depth.Start(plane) + z * window.Depth.Dilation) * window.Height.Input + window.Height.Start(line)
                    + y * window.Height.Dilation)
                    * window.Width.Input + window.Width.Start(column);
                for (var k = columns.From; k < columns.To; k++) sum += reals[x[(row + k * window.Width.Dilation) * step]];
            }
        }
        var count = window.Depth.Count(plane, CountsPadding) * window.Height.Count(line, CountsPadding) * window.Width.Count(column,
            CountsPadding);
        return sum / Math.Max(1, count);
    }
}
