using System.Numerics;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Abs</c>, since opset 6: the magnitude; the lowest integer stays as it is, for any shape and number type.</summary>
sealed record Abs : NumericOperator
{
    public static Abs From(Attributes attributes) => new();

    public override bool IsElementwise => true;

    public override ValueRange OutputRange => new(0, float.PositiveInfinity);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(inputs[0].Type, inputs[0].Shape)];

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        ElementWise.Map(inputs[0].AsSpan<T>(), outputs[0].AsSpan<T>(), default(Curve<T>));

    readonly struct Curve<T> : IUnaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x) => Vector.Abs(x);
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient))
            ElementWise.Map(pass.Inputs[0].AsSpan<T>(), pass.FirstUpstream.AsSpan<T>(), gradient.AsSpan<T>(), default(GradientCurve<T>));
    }

    readonly struct GradientCurve<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> upstream) => Vector.ConditionalSelect(
            Vector.GreaterThan(x, Vector<T>.Zero), upstream,
            Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), -upstream, Vector<T>.Zero));
    }
}
