using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Softmax</c>, since opset 13: along one axis, <c>y = e^x / Σ e^x</c>. float32 and float64.</summary>
public sealed record Softmax(long Axis) : Operator
{
    public static Softmax From(Attributes attributes) => new(attributes.Int("axis", orElse: -1));

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => SoftmaxAxis.Infer(inputs[0], Axis);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        SoftmaxAxis.Run(inputs[0], outputs[0], inputs[0].Shape.Axis(Axis), logarithm: false);
}

/// <summary>ONNX <c>LogSoftmax</c>, since opset 13: along one axis, <c>y = x − ln Σ e^x</c>. float32 and float64.</summary>
public sealed record LogSoftmax(long Axis) : Operator
{
    public static LogSoftmax From(Attributes attributes) => new(attributes.Int("axis", orElse: -1));

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => SoftmaxAxis.Infer(inputs[0], Axis);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        SoftmaxAxis.Run(inputs[0], outputs[0], inputs[0].Shape.Axis(Axis), logarithm: true);
}

/// <summary>What the softmax operators share.</summary>
static class SoftmaxAxis
{
    public static TensorInfo[] Infer(TensorInfo input, long axis)
    {
        _ = input.Shape.Axis(axis);
        return [new(input.Type, input.Shape)];
    }

    /// <summary>Along one axis.</summary>
    public static void Run(Tensor input, Tensor output, int axis, bool logarithm) =>
        Run(input, output, input.Shape[axis], input.Shape.LengthOf(axis + 1, input.Shape.Rank), logarithm);

    /// <summary>Along the middle of [outer, count, inner].</summary>
    public static void Run(Tensor input, Tensor output, int count, int inner, bool logarithm)
    {
        if (input.Type == DataType.Float32) SoftmaxRows.Run<float>(input.Floats, output.Floats, count, inner, logarithm);
        else if (input.Type == DataType.Float64) SoftmaxRows.Run<double>(input.Span<double>(), output.Span<double>(), count, inner, logarithm);
        else throw OperatorException.UnsupportedType(input.Type);
    }
}
