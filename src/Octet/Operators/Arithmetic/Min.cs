using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Min</c>, since opset 6; broadcast since 8: the least of the elements; NaN if one of them is.</summary>
sealed record Min : VariadicArithmetic
{
    public static Min From(Attributes attributes) => new();

    internal override Joining Joining => Joining.Choice;

    public override bool KeepsNonNegative => true;

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Join<T, Least<T>>(inputs, outputs[0], default);

    readonly struct Least<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> y) => Vector.Min(x, y);
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsBoth;

    private protected override void Backward<T>(in BackwardPass pass) => BackwardOfChoice<T>(pass);
}
