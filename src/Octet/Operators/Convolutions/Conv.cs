using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Conv</c>, since opset 1: <c>y[n, m, o] = bias[m] + Σ x[n, c, o · stride − pad + k · dilation] · weight[m, c, k]</c>,
/// over the channels c of m's group and the taps k, for one to three spatial dimensions.
/// </summary>
/// <remarks>Inputs: x [batch, channels, …], weight [outputs, channels / groups, …], optionally bias [outputs]. float32 and
/// float64.</remarks>
sealed record Conv(SlidingWindow Window, int Groups) : RealOperator
{
    public static Conv From(Attributes attributes) => new(SlidingWindow.From(attributes), ConvolutionChecks.Groups(attributes));

    public override WeightFacts Weights =>
        new(WeightInput: 1, BiasInput: 2, OutputChannelAxis: 0, InputChannelAxis: 1, DataChannelAxis: 1) { Groups = Groups };

    public override long? MacsOf(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        ConvolutionChecks.Macs(outputs[0], inputs[1]);

    internal override LayerProduct? AsProduct(Shape weights) =>
        new(Groups, weights[0] / Groups, weights.LengthOf(1, weights.Rank), (weights.LengthOf(1, weights.Rank), 1),
            input => Window.Over(input, weights[2..]));

    internal override IntegerForm? InIntegers => new(new QLinearConv(Window, Groups), OperandOrder.BiasLast, Domain: "");

    public override int RequiredInputs => 2;

    internal override void CheckConstants(ReadOnlySpan<TensorInfo?> inputs)
    {
        if (inputs[1]?.Shape is not { } weights) return;
        if (weights.Rank < 3)
            throw new ShapeException($"weights have shape {weights}; [outputs, channels / groups] and spatial dimensions are expected");
        ConvolutionChecks.Divisible(weights[0], Groups, "output channels");
        ConvolutionChecks.Bias(inputs.Length > 2 ? inputs[2] : null, weights[0]);
    }

    public override int MaxInputs => 3;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1, 2);
        return [new(inputs[0].Type, ConvolutionChecks.Output(inputs[0], inputs[1], inputs.Optional(2), Groups, Window))];
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (input, weights, bias) = (inputs[0], inputs[1], inputs.Optional(2));
        var convolution = new ChannelFirstConvolution(
            input.Shape[0], input.Shape[1], weights.Shape[0], Groups, Window.Over(input.Shape, weights.Shape[2..]));
        convolution.Run(input.Pointer<T>(), weights.Pointer<T>(), bias is null ? null : bias.Pointer<T>(), outputs[0].Pointer<T>());
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    private protected override unsafe void Backward<T>(in BackwardPass pass)
    {
        var (image, kernel, upstream) = (pass.InputShape(0), pass.InputShape(1), pass.FirstUpstream);
        var convolution = new ChannelFirstConvolution(image[0], image[1], kernel[0], Groups, Window.Over(image, kernel[2..]));
        if (pass.Wants(0, out var gradient))
            convolution.RunTransposed(upstream.Pointer<T>(), pass.Inputs[1].Pointer<T>(), null, gradient.Pointer<T>());
        if (pass.Wants(1, out gradient))
            convolution.WeightGradient(pass.Inputs[0].Pointer<T>(), upstream.Pointer<T>(), gradient.Pointer<T>());
        if (pass.Wants(2, out gradient)) ChannelFirstConvolution.BiasGradient<T>(upstream.AsSpan<T>(), gradient.AsSpan<T>(), image[0]);
    }
}
