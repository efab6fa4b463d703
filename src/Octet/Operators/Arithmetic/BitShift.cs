using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>BitShift</c>, since opset 11: the bits of x moved by y places, broadcast; unsigned integers. What is moved out is
/// lost.</summary>
sealed record BitShift(bool ToLeft) : BitwiseOperator
{
    public static BitShift From(Attributes attributes) => attributes.String("direction") switch
    {
        "LEFT" => new(ToLeft: true),
        "RIGHT" => new(ToLeft: false),
        var other => throw AttributeException.BadValue("direction", other, "LEFT, RIGHT"),
    };

    private protected override void Run<T>(Broadcast pairs, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) =>
        pairs.MapScalars(x, y, result, new Shift<T>(ToLeft));

    readonly struct Shift<T>(bool toLeft) : IScalarFunction<T, T, T> where T : IBinaryInteger<T>
    {
        readonly int _bits = 8 * T.Zero.GetByteCount();

        public T Invoke(T x, T y)
        {
            var places = int.CreateSaturating(y);
            return places >= _bits ? T.Zero : toLeft ? x << places : x >>> places;
        }
    }
}
