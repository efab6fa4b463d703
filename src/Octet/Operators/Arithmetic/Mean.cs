using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Mean</c>, since opset 6; broadcast since 8: the arithmetic mean of all inputs.</summary>
sealed record Mean : VariadicArithmetic
{
    public static Mean From(Attributes attributes) => new();

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Join<T, Add.Total<T>>(inputs, outputs[0], default);
        ElementWise.Map(outputs[0].AsSpan<T>(), T.CreateSaturating(inputs.Length), outputs[0].AsSpan<T>(), default(Div.Quotient<T>));
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsNothing;

    private protected override void Backward<T>(in BackwardPass pass) => BackwardOfSum(pass, T.One / T.CreateChecked(pass.InputCount));
}
