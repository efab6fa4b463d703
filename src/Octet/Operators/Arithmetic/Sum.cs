using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Sum</c>, since opset 6; broadcast since 8: the sum of all inputs.</summary>
sealed record Sum : VariadicArithmetic
{
    public static Sum From(Attributes attributes) => new();

    internal override Joining Joining => Joining.Sum;

    public override bool KeepsNonNegative => true;

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Join<T, Add.Total<T>>(inputs, outputs[0], default);

    internal override GradientFacts Gradient => GradientFacts.ReadsNothing;

    private protected override void Backward<T>(in BackwardPass pass) => BackwardOfSum(pass, T.One);
}
