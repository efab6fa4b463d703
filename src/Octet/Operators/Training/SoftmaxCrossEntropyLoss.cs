using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>SoftmaxCrossEntropyLoss</c>, since opset 12: <see cref="NegativeLogLikelihoodLoss"/> of the log softmax of scores [N, C, …];
/// the second output, if wanted, is that log softmax.
/// </summary>
public sealed record SoftmaxCrossEntropyLoss(ClassificationLoss Loss) : RealOperator
{
    public static SoftmaxCrossEntropyLoss From(Attributes attributes) => new(ClassificationLoss.From(attributes));

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [Loss.Infer(inputs), new(inputs[0].Type, inputs[0].Shape)];

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var cut = AxisCut.At(inputs[0].Shape, 1);
        using var scratch = new Scratch<T>(outputs.Optional(1) is null ? inputs[0].Length : 0);
        var logarithms = outputs.Optional(1) is { } given ? given.Span<T>() : scratch.Span;
        SoftmaxRows.Run<T>(inputs[0].Span<T>(), logarithms, cut.Count, cut.Inner, logarithm: true);
        Loss.Run<T>(logarithms, inputs, outputs[0]);
    }
}
