using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>BitwiseAnd</c>, since opset 18, and <c>And</c> of bools, since 6: the bits that are set in both, broadcast.</summary>
/// <param name="OpType">The name under which a model uses it.</param>
sealed record BitwiseAnd(string OpType) : BitwiseOperator
{
    public static BitwiseAnd From(Attributes attributes) => new("BitwiseAnd");

    public static BitwiseAnd OfBools(Attributes attributes) => new("And");

    public override string OpType { get; } = OpType;

    private protected override void Run<T>(Broadcast pairs, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) =>
        pairs.Map(x, y, result, default(Bits<T>));

    readonly struct Bits<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> y) => x & y;
    }
}
