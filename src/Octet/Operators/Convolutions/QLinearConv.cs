using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>QLinearConv</c>, since opset 10: a convolution from quantized input to quantized output,
/// <c>y = clamp(round(float32(Σ (x − xZero) · (weight − weightZero[m]) + bias[m]) · (float32(xScale · weightScale[m]) / yScale)) +
/// yZero)</c>.
/// </summary>
/// <remarks>
/// Inputs: x, its scale and zero point; weight, its scale and zero point (one or [outputs] each); scale and zero point of y; optionally
/// bias, int32 in steps of <c>xScale · weightScale</c>. The same bits as ONNX Runtime.
/// </remarks>
sealed record QLinearConv(SlidingWindow Window, int Groups) : Operator, IBoundedOutput
{
    public static QLinearConv From(Attributes attributes) => new(SlidingWindow.From(attributes), ConvolutionChecks.Groups(attributes));

    internal override IntegerUse IntegerUse => IntegerUse.Computes;

    internal override RealForm? InReals => new("Conv", OperandOrder.BiasLast, Tensors: 2);

    public override long? MacsOf(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        ConvolutionChecks.Macs(outputs[0], inputs[3]);

    /// <summary>Where a limiting activation ends; null for none.</summary>
    internal IntegerBounds? Bounds { get; init; }

    Operator IBoundedOutput.Within(IntegerBounds bounds) => this with { Bounds = bounds };

    public override int RequiredInputs => 8;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => inputs.TypeAt(7);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (x, weights, yZeroPoint, bias) = (inputs[0], inputs[3], inputs[7], inputs.Optional(8));
        IntegerOperand.Check(x, inputs[2]);
        IntegerOperand.Check(weights, inputs[5]);
        IntegerOperand.Check(yZeroPoint, yZeroPoint);
        if (bias is not null && bias.Type != DataType.Int32) throw OperatorException.UnsupportedType(bias.Type);

        var shape = ConvolutionChecks.Output(x, weights, bias, Groups, Window);
        var channels = weights.Shape[0];
        IntegerOperand.CheckScale(inputs[1], "the scale of the input");
        IntegerOperand.CheckCount(inputs[2], "the zero point of the input");
        IntegerOperand.CheckScale(inputs[4], "the scale of the weights", channels);
        IntegerOperand.CheckCount(inputs[5], "the zero point of the weights", channels);
        IntegerOperand.CheckScale(inputs[6], "the scale of the output");
        IntegerOperand.CheckCount(inputs[7], "the zero point of the output");
        return [new(yZeroPoint.Type, shape)];
    }

    public override unsafe void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (output, bias) = (outputs[0], inputs.Optional(8));
        using var sums = new Scratch<int>(output.Length);
        ConvInteger.Run(inputs[0], inputs[2], inputs[3], inputs[5], bias is null ? null : bias.Pointer<int>(), Groups, Window,
            sums.Pointer);

        var weightScales = inputs[4].Floats;
        var zeroPoint = IntegerOperand.ZeroPoint(inputs[7]);
        var layout = ChannelLayout.Of(output.Shape, 1);
        for (var run = 0; run < layout.Outer * layout.Channels; run++)
        {
            var weightScale = weightScales[run % layout.Channels % weightScales.Length];
            var multiplier = LinearQuantizer.ComputeMultiplier(inputs[1].Floats[0], weightScale, inputs[6].Floats[0]);
            IntegerOperand.Requantize(sums.Span.Slice(run * layout.Inner, layout.Inner), output, run * layout.Inner, multiplier, zeroPoint);
        }
        Bounds?.Limit(output);
    }
}
