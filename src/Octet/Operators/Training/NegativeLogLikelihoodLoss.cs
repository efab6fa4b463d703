using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>NegativeLogLikelihoodLoss</c>, since opset 12. Inputs: logarithms of probabilities [N, C, …], the right classes [N, …] and
/// optionally weights [C]. Output: [N, …], or one number where it is reduced. float32 and float64; sums are made in float64.
/// </summary>
sealed record NegativeLogLikelihoodLoss(ClassificationLoss Loss) : RealOperator
{
    public static NegativeLogLikelihoodLoss From(Attributes attributes) => new(ClassificationLoss.From(attributes));

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [Loss.Infer(inputs)];

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Loss.Run<T>(inputs[0].AsSpan<T>(), inputs, outputs[0]);

    internal override GradientFacts Gradient => new(GradientReads.Inputs, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient))
            Loss.RunBack<T>(pass.Inputs, pass.FirstUpstream.AsSpan<T>(), pass.InputShape(0), gradient.AsSpan<T>());
    }
}
