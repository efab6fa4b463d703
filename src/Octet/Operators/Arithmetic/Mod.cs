using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Mod</c>, since opset 10: what remains of <c>x / y</c>, broadcast.</summary>
/// <param name="LikeDividend">Whether the result takes the sign of x, as fmod does in C, or that of y.</param>
sealed record Mod(bool LikeDividend) : BinaryArithmetic
{
    public static Mod From(Attributes attributes) => new(attributes.Flag("fmod"));

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        new Broadcast(outputs[0].Shape, inputs[0].Shape, inputs[1].Shape).MapScalars(
            inputs[0].AsSpan<T>(), inputs[1].AsSpan<T>(), outputs[0].AsSpan<T>(), new Remainder<T>(LikeDividend, inputs[0].Type.IsInteger));

    readonly struct Remainder<T>(bool likeDividend, bool isInteger) : IScalarFunction<T, T, T> where T : INumber<T>
    {
        public T Invoke(T x, T y)
        {
            if (isInteger && T.IsZero(y)) throw new OperatorException("the remainder of an integer divided by zero");

            // The lowest integer divided by −1 overflows on some processors; nothing remains.
            var remainder = isInteger && T.IsNegative(y) && y == -T.One ? T.Zero : x % y;
            return !likeDividend && !T.IsZero(remainder) && T.IsNegative(remainder) != T.IsNegative(y) ? remainder + y : remainder;
        }
    }
}
