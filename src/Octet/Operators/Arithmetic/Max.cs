using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Max</c>, since opset 6; broadcast since 8: the greatest of the elements; NaN if one of them is.</summary>
sealed record Max : VariadicArithmetic
{
    public static Max From(Attributes attributes) => new();

    internal override Joining Joining => Joining.Choice;

    public override bool KeepsNonNegative => true;

    internal override float? CarriesDepth(int input, ReadOnlySpan<TensorInfo> inputs) => 1;

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Join<T, Greatest<T>>(inputs, outputs[0], default);

    readonly struct Greatest<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> y) => Vector.Max(x, y);
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsBoth;

    private protected override void Backward<T>(in BackwardPass pass) => BackwardOfChoice<T>(pass);
}
