using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>ONNX <c>Div</c>, since opset 6: <c>x / y</c>, broadcast; the quotient of integers loses its fraction.</summary>
sealed record Div : BinaryArithmetic
{
    public static Div From(Attributes attributes) => new();

    internal override float? CarriesDepth(int input, ReadOnlySpan<TensorInfo> inputs) =>
        input == 0 && inputs.Optional(1)?.Value is { Type: DataType.Float32, Length: 1 } divisor && divisor.Floats[0] > 0
        ? 1 / divisor.Floats[0] : null;

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var pairs = new Broadcast(outputs[0].Shape, inputs[0].Shape, inputs[1].Shape);
        if (inputs[0].Type.IsFloat) pairs.Map(inputs[0].AsSpan<T>(), inputs[1].AsSpan<T>(), outputs[0].AsSpan<T>(), default(Quotient<T>));
        else pairs.MapScalars(inputs[0].AsSpan<T>(), inputs[1].AsSpan<T>(), outputs[0].AsSpan<T>(), default(IntegerQuotient<T>));
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

    internal override GradientFacts Gradient => GradientFacts.ReadsBoth;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient)) BroadcastGradient.SumTo<T, Quotient<T>>(pass.FirstUpstream, pass.Inputs[1], gradient, default);
        if (!pass.Wants(1, out gradient)) return;

        // d(x / y)/dy = −(x / y) / y, and x / y is there already.
        using var terms = new Scratch<T>(pass.FirstUpstream.Length);
        TensorPrimitives.Multiply<T>(pass.FirstUpstream.AsSpan<T>(), pass.Outputs[0].AsSpan<T>(), terms.Span);
        new Broadcast(pass.FirstUpstream.Shape, pass.FirstUpstream.Shape, gradient.Shape)
            .Map(terms.Span, pass.Inputs[1].AsSpan<T>(), terms.Span, default(NegativeQuotient<T>));
        BroadcastGradient.SumTo<T>(terms.Span, pass.FirstUpstream.Shape, gradient);
    }

    readonly struct NegativeQuotient<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> y) => -x / y;
    }
}
