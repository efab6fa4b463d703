using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Div</c>, since opset 6: <c>x / y</c>, broadcast; the quotient of integers loses its fraction.</summary>
public sealed record Div : BinaryArithmetic
{
    public static Div From(Attributes attributes) => new();

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var pairs = new Broadcast(outputs[0].Shape, inputs[0].Shape, inputs[1].Shape);
        if (inputs[0].Type.IsFloat) pairs.Map(inputs[0].Span<T>(), inputs[1].Span<T>(), outputs[0].Span<T>(), default(Quotient<T>));
        else pairs.MapScalars(inputs[0].Span<T>(), inputs[1].Span<T>(), outputs[0].Span<T>(), default(IntegerQuotient<T>));
    }

    internal readonly struct Quotient<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> y) => x / y;
    }

    readonly struct IntegerQuotient<T> : IScalarFunction<T, T, T> where T : INumber<T>
    {
        /// <summary>The lowest integer divided by −1 wraps to itself, where the processor would raise an error.</summary>
        public T Invoke(T x, T y) =>
            T.IsZero(y) ? throw new OperatorException("division of an integer by zero")
            : y == -T.One && T.IsNegative(y) ? unchecked(-x)
            : x / y;
    }
}
