using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// <see cref="QLinearConv"/> with packed weights, and with what follows it, on images with channels last: [batch, …, channels]. Inputs: x,
/// optionally a second operand of the output's shape for what follows. int8 or uint8.
/// </summary>
/// <param name="Convolution">The kernel, for images of one size.</param>
/// <param name="Type">Type of the output.</param>
sealed record ChannelsLastIntegerConv(IntegerConvolution Convolution, DataType Type) : Operator, ISplitOperator
{
    /// <summary>Whether x has channels first.</summary>
    public bool ReadsChannelsFirst { get; init; }

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(Type, ChannelsLastLayout.ImageShape(inputs[0].Shape, Convolution.Window, Convolution.OutputChannels))];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        RunLines(inputs, outputs, 0, Convolution.Window.Height.Output);

    public int LinesOf(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Convolution.Window.Height.Output;

    public long WorkOfLine(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        (long)inputs[0].Shape[0] * Convolution.Window.Width.Output * Convolution.MultiplicationsOfPixel / 4;

    public unsafe void RunLines(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, int first, int end) => Convolution.Run(
        inputs[0].BytePointer(), outputs[0].BytePointer(), inputs[0].Shape[0], first, end, inputs.Length > 1 ? inputs[1].BytePointer()
            : null);
}

/// <summary>
/// <see cref="QLinearConv"/> with one window for each channel, and with what follows it, on images with channels last. int8 or uint8.
/// </summary>
/// <param name="Convolution">The kernel, for images of one size.</param>
/// <param name="Type">Type of the output.</param>
sealed record ChannelsLastIntegerDepthwise(IntegerDepthwise Convolution, DataType Type) : Operator, ISplitOperator
{
    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(Type, ChannelsLastLayout.ImageShape(inputs[0].Shape, Convolution.Window, Convolution.Channels))];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        RunLines(inputs, outputs, 0, Convolution.Window.Height.Output);

    public int LinesOf(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Convolution.Window.Height.Output;

    public long WorkOfLine(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        (long)inputs[0].Shape[0] * Convolution.Window.Width.Output * Convolution.Window.Taps * Convolution.Channels / 4;

    public unsafe void RunLines(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, int first, int end) => Convolution.Run(
        inputs[0].BytePointer(), outputs[0].BytePointer(), inputs[0].Shape[0], first, end, inputs.Length > 1 ? inputs[1].BytePointer()
            : null);
}

/// <summary><see cref="MaxPool"/> of int8 or uint8 images with channels last.</summary>
/// <param name="Window">How windows move over images of one size.</param>
/// <param name="Channels">Channels of the image.</param>
sealed record ChannelsLastIntegerMaxPool(WindowGeometry Window, int Channels) : Operator
{
    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(inputs[0].Type, ChannelsLastLayout.ImageShape(inputs[0].Shape, Window, Channels))];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (inputs[0].Type == DataType.Int8) ByteMaximum.OfWindows(inputs[0].AsSpan<sbyte>(), outputs[0].AsSpan<sbyte>(),
            inputs[0].Shape[0], Channels, Window);
        else ByteMaximum.OfWindows(inputs[0].AsSpan<byte>(), outputs[0].AsSpan<byte>(), inputs[0].Shape[0], Channels, Window);
    }
}
