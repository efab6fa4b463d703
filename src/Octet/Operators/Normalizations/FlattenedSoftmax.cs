using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Softmax</c> as it was in opsets 1 to 12: all dimensions from <c>axis</c> on count as one, along which the results sum up to 1.
/// float32 and float64.
/// </summary>
sealed record FlattenedSoftmax(long Axis) : RealOperator
{
    public static FlattenedSoftmax From(Attributes attributes) => new(attributes.Int("axis", fallback: 1));

    public override ValueRange OutputRange => new(0, 1);

    public override string OpType => "Softmax";

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => AxisCut.InferFlattened(inputs[0], Axis);

    internal override IgnoredDepth? IgnoredIn(int input) => new(Axis, ToEnd: true, Softmax.Depth);

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        SoftmaxRows.Run<T>(inputs[0].AsSpan<T>(), outputs[0].AsSpan<T>(), AxisCut.From(inputs[0].Shape, Axis).Count, inner: 1,
            logarithm: false);

    internal override GradientFacts Gradient => GradientFacts.ReadsOutputs;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var cut = AxisCut.From(pass.FirstUpstream.Shape, Axis);
        if (pass.Wants(0, out var gradient))
            SoftmaxRows.RunBack<T>(pass.Outputs[0].AsSpan<T>(), pass.FirstUpstream.AsSpan<T>(), gradient.AsSpan<T>(), cut.Count, cut.Inner,
                logarithm: false);
    }
}

/// <summary>ONNX <c>LogSoftmax</c> as it was in opsets 1 to 12: the logarithm of <see cref="FlattenedSoftmax"/>.</summary>
sealed record FlattenedLogSoftmax(long Axis) : RealOperator
{
    public static FlattenedLogSoftmax From(Attributes attributes) => new(attributes.Int("axis", fallback: 1));

    public override string OpType => "LogSoftmax";

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => AxisCut.InferFlattened(inputs[0], Axis);

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        SoftmaxRows.Run<T>(inputs[0].AsSpan<T>(), outputs[0].AsSpan<T>(), AxisCut.From(inputs[0].Shape, Axis).Count, inner: 1,
            logarithm: true);

    internal override GradientFacts Gradient => GradientFacts.ReadsOutputs;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var cut = AxisCut.From(pass.FirstUpstream.Shape, Axis);
        if (pass.Wants(0, out var gradient))
            SoftmaxRows.RunBack<T>(pass.Outputs[0].AsSpan<T>(), pass.FirstUpstream.AsSpan<T>(), gradient.AsSpan<T>(), cut.Count, cut.Inner,
                logarithm: true);
    }
}

/// <summary>ONNX <c>Hardmax</c> as it was in opsets 1 to 12: one element is marked among all from <c>axis</c> on. float32 and
/// float64.</summary>
sealed record FlattenedHardmax(long Axis) : RealOperator
{
    public static FlattenedHardmax From(Attributes attributes) => new(attributes.Int("axis", fallback: 1));

    public override string OpType => "Hardmax";

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => AxisCut.InferFlattened(inputs[0], Axis);

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Hardmax.Mark<T>(inputs[0].AsSpan<T>(), outputs[0].AsSpan<T>(), AxisCut.From(inputs[0].Shape, Axis));
}
