using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>SoftmaxCrossEntropyLoss</c>, since opset 12: <see cref="NegativeLogLikelihoodLoss"/> of the log softmax of scores [N, C, …];
/// the second output, if wanted, is that log softmax.
/// </summary>
sealed record SoftmaxCrossEntropyLoss(ClassificationLoss Loss) : RealOperator
{
    public static SoftmaxCrossEntropyLoss From(Attributes attributes) => new(ClassificationLoss.From(attributes));

    public override int RequiredInputs => 2;

    public override int MaxOutputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [Loss.Infer(inputs), new(inputs[0].Type, inputs[0].Shape)];

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var cut = AxisCut.At(inputs[0].Shape, 1);
        using var scratch = new Scratch<T>(outputs.Optional(1) is null ? inputs[0].Length : 0);
        var logarithms = outputs.Optional(1) is { } given ? given.AsSpan<T>() : scratch.Span;
        SoftmaxRows.Run<T>(inputs[0].AsSpan<T>(), logarithms, cut.Count, cut.Inner, logarithm: true);
        Loss.Run<T>(logarithms, inputs, outputs[0]);
    }

    internal override GradientFacts Gradient => new(GradientReads.Inputs, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (!pass.Wants(0, out var gradient)) return;
        var cut = AxisCut.At(pass.InputShape(0), 1);
        using var logarithms = new Scratch<T>(gradient.Length);
        using var slopes = new Scratch<T>(gradient.Length);
        SoftmaxRows.Run<T>(pass.Inputs[0].AsSpan<T>(), logarithms.Span, cut.Count, cut.Inner, logarithm: true);
        slopes.Span.Clear();
        if (pass.Upstream.Optional(0) is { } loss) Loss.RunBack<T>(pass.Inputs, loss.AsSpan<T>(), pass.InputShape(0), slopes.Span);
        if (pass.Upstream.Optional(1) is { } direct) TensorPrimitives.Add<T>(slopes.Span, direct.AsSpan<T>(), slopes.Span);
        SoftmaxRows.RunBack<T>(logarithms.Span, slopes.Span, gradient.AsSpan<T>(), cut.Count, cut.Inner, logarithm: true);
    }
}
