using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Neg</c>, since opset 6: <c>−x</c>; integers wrap, for any shape and number type.</summary>
sealed record Neg : NumericOperator
{
    public static Neg From(Attributes attributes) => new();

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(inputs[0].Type, inputs[0].Shape)];

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        ElementWise.Map(inputs[0].AsSpan<T>(), outputs[0].AsSpan<T>(), default(Curve<T>));

    readonly struct Curve<T> : IUnaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x) => -x;
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsNothing;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient)) ElementWise.Map(pass.FirstUpstream.AsSpan<T>(), gradient.AsSpan<T>(), default(Curve<T>));
    }
}
