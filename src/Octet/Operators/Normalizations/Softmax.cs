using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Softmax</c>, since opset 13: along one axis, <c>y = e^x / Σ e^x</c>. float32 and float64.</summary>
sealed record Softmax(long Axis) : RealOperator
{
    /// <summary>e⁻²⁰ is 2 · 10⁻⁹: even a row of a million such elements changes no probability by more than half a step of 8
    /// bits.</summary>
    internal const float Depth = 20;

    public static Softmax From(Attributes attributes) => new(attributes.Int("axis", fallback: -1));

    public override ValueRange OutputRange => new(0, 1);

    internal override IntegerForm? InIntegers => new(new QLinearSoftmax(Axis, SpansAxes: false), OperandOrder.OutputLast)
    {
        AttributesInFile = static (attributes, opset) => new(attributes) { ["opset"] = (long)opset },
    };

    public override int MaxInputs => 1;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => AxisCut.Infer(inputs[0], Axis);

    internal override IgnoredDepth? IgnoredIn(int input) => new(Axis, ToEnd: false, Depth);

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var cut = AxisCut.At(inputs[0].Shape, Axis);
        SoftmaxRows.Run<T>(inputs[0].AsSpan<T>(), outputs[0].AsSpan<T>(), cut.Count, cut.Inner, logarithm: false);
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsOutputs;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var cut = AxisCut.At(pass.FirstUpstream.Shape, Axis);
        if (pass.Wants(0, out var gradient))
            SoftmaxRows.RunBack<T>(pass.Outputs[0].AsSpan<T>(), pass.FirstUpstream.AsSpan<T>(), gradient.AsSpan<T>(), cut.Count, cut.Inner,
                logarithm: false);
    }
}

/// <summary>ONNX <c>LogSoftmax</c>, since opset 13: along one axis, <c>y = x − ln Σ e^x</c>. float32 and float64.</summary>
sealed record LogSoftmax(long Axis) : RealOperator
{
    public static LogSoftmax From(Attributes attributes) => new(attributes.Int("axis", fallback: -1));

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => AxisCut.Infer(inputs[0], Axis);

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var cut = AxisCut.At(inputs[0].Shape, Axis);
        SoftmaxRows.Run<T>(inputs[0].AsSpan<T>(), outputs[0].AsSpan<T>(), cut.Count, cut.Inner, logarithm: true);
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsOutputs;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var cut = AxisCut.At(pass.FirstUpstream.Shape, Axis);
        if (pass.Wants(0, out var gradient))
            SoftmaxRows.RunBack<T>(pass.Outputs[0].AsSpan<T>(), pass.FirstUpstream.AsSpan<T>(), gradient.AsSpan<T>(), cut.Count, cut.Inner,
                logarithm: true);
    }
}
