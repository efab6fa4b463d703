using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// <see cref="Conv"/> with packed weights, and with what follows it, on images with channels last: [batch, …, channels].
/// Inputs: x, optionally a residual of the output's shape that is added before the activation. float32.
/// </summary>
/// <param name="Convolution">The kernel, for images of one size.</param>
/// <param name="ReadsChannelsFirst">Whether x has channels first.</param>
sealed record ChannelsLastConv(ChannelsLastConvolution Convolution, bool ReadsChannelsFirst) : Operator, ISplitOperator
{
    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(DataType.Float32, ChannelsLastLayout.ImageShape(inputs[0].Shape, Convolution.Window, Convolution.OutputChannels))];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        RunLines(inputs, outputs, 0, Convolution.Window.Height.Output);

    public int LinesOf(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Convolution.Window.Height.Output;

    public long WorkOfLine(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        (long)inputs[0].Shape[0] * Convolution.Window.Width.Output * Convolution.MultiplicationsOfPixel;

    public void RunLines(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, int first, int end) =>
        Convolution.Run(inputs[0].Floats, outputs[0].Floats, inputs[0].Shape[0], first, end,
            inputs.Length > 1 ? inputs[1].Floats : default);
}

/// <summary><see cref="Conv"/> with one window for each channel, and with what follows it, on images with channels last. float32.</summary>
/// <param name="Convolution">The kernel, for images of one size.</param>
sealed record ChannelsLastDepthwiseConv(DepthwiseConvolution Convolution) : Operator, ISplitOperator
{
    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(DataType.Float32, ChannelsLastLayout.ImageShape(inputs[0].Shape, Convolution.Window, Convolution.Channels))];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        RunLines(inputs, outputs, 0, Convolution.Window.Height.Output);

    public int LinesOf(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Convolution.Window.Height.Output;

    public long WorkOfLine(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        (long)inputs[0].Shape[0] * Convolution.Window.Width.Output * Convolution.Window.Taps * Convolution.Channels;

    public void RunLines(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, int first, int end) =>
        Convolution.Run(inputs[0].Floats, outputs[0].Floats, inputs[0].Shape[0], first, end);
}

/// <summary><see cref="ConvTranspose"/> with packed weights on images with channels last. float32.</summary>
/// <param name="Convolution">The kernel, for images of one size.</param>
sealed record ChannelsLastConvTranspose(ChannelsLastTransposedConvolution Convolution) : Operator
{
    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (shape, window) = (inputs[0].Shape, Convolution.Window);
        return [new(DataType.Float32,
            ChannelsLastLayout.ImageShape(shape[0], shape.Rank, window.Height.Input, window.Width.Input, Convolution.Outputs))];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Convolution.Run(inputs[0].Floats, outputs[0].Floats, inputs[0].Shape[0]);
}
