using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>ConvInteger</c>, since opset 10: the convolution of integers from their zero points,
/// <c>y[n, m, o] = Σ (x − xZero) · (weight − weightZero[m])</c>, exact in int32. Padding is real zero.
/// </summary>
/// <remarks>Inputs: x and weight, int8 or uint8 each, then optionally the zero point of x and one or [outputs] zero points of the
/// weights.</remarks>
sealed record ConvInteger(SlidingWindow Window, int Groups) : Operator
{
    public static ConvInteger From(Attributes attributes) => new(SlidingWindow.From(attributes), ConvolutionChecks.Groups(attributes));

    internal override IntegerUse IntegerUse => IntegerUse.Computes;

    public override long? MacsOf(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        ConvolutionChecks.Macs(outputs[0], inputs[1]);

    public override int RequiredInputs => 2;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => DataType.Int32;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (zeroPoint, weightZeroPoints) = (inputs.Optional(2), inputs.Optional(3));
        IntegerOperand.Check(inputs[0], zeroPoint);
        IntegerOperand.Check(inputs[1], weightZeroPoints);
        var shape = ConvolutionChecks.Output(inputs[0], inputs[1], bias: null, Groups, Window);
        IntegerOperand.CheckCount(zeroPoint, "the zero point of the input");
        IntegerOperand.CheckCount(weightZeroPoints, "the zero point of the weights", inputs[1].Shape[0]);
        return [new(DataType.Int32, shape)];
    }

    public override unsafe void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Run(inputs[0], inputs.Optional(2), inputs[1], inputs.Optional(3), null, Groups, Window, outputs[0].Pointer<int>());

    /// <summary>The sums of products of <see cref="ConvInteger"/> and <see cref="QLinearConv"/>.</summary>
    internal static unsafe void Run(
        Tensor input, Tensor? inputZeroPoint, Tensor weights, Tensor? weightZeroPoints, int* bias, int groups, SlidingWindow window,
        int* sums)
    {
        using var inputDifferences = new Scratch<int>(input.Length);
        using var weightDifferences = new Scratch<int>(weights.Length);
        IntegerOperand.WriteDifferences(input, inputZeroPoint, ChannelLayout.Whole(input.Length), inputDifferences.Span);
        IntegerOperand.WriteDifferences(weights, weightZeroPoints, ChannelLayout.Of(weights.Shape, 0), weightDifferences.Span);
        var convolution = new ChannelFirstConvolution(
            input.Shape[0], input.Shape[1], weights.Shape[0], groups, window.Over(input.Shape, weights.Shape[2..]));
        convolution.Run(inputDifferences.Pointer, weightDifferences.Pointer, bias, sums);
    }
}
