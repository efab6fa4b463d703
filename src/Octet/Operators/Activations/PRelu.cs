using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>PRelu</c>, since opset 7; integers since 9: <c>y = x</c> where x ≥ 0, else <c>slope · x</c>; the slope is broadcast to the shape of x.</summary>
public sealed record PRelu : NumericOperator
{
    public static PRelu From(Attributes attributes) => new();

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1);
        return Shape.Broadcast(inputs[0].Shape, inputs[1].Shape) == inputs[0].Shape
            ? [new(inputs[0].Type, inputs[0].Shape)]
            : throw new OperatorException($"a slope of shape {inputs[1].Shape} cannot be broadcast to {inputs[0].Shape}");
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        new Broadcast(outputs[0].Shape, inputs[0].Shape, inputs[1].Shape)
            .Map(inputs[0].Span<T>(), inputs[1].Span<T>(), outputs[0].Span<T>(), default(Curve<T>));

    readonly struct Curve<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> slope) => Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), x * slope, x);
    }
}
