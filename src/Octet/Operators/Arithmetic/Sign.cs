using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Sign</c>, since opset 9: 1 for positive elements, −1 for negative ones, else the element itself: zero or NaN, for any
/// shape and number type.</summary>
sealed record Sign : NumericOperator
{
    public static Sign From(Attributes attributes) => new();

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(inputs[0].Type, inputs[0].Shape)];

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        ElementWise.Map(inputs[0].AsSpan<T>(), outputs[0].AsSpan<T>(), default(Curve<T>));

    readonly struct Curve<T> : IUnaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x)
        {
            var notPositive = Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), -Vector<T>.One, x);
            return Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<T>.Zero), Vector<T>.One, notPositive);
        }
    }
}
