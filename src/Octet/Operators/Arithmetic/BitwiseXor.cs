using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>BitwiseXor</c>, since opset 18, and <c>Xor</c> of bools, since 6: the bits that are set in one of both but not in the
/// other, broadcast.</summary>
/// <param name="OpType">The name under which a model uses it.</param>
sealed record BitwiseXor(string OpType) : BitwiseOperator
{
    public static BitwiseXor From(Attributes attributes) => new("BitwiseXor");

    public static BitwiseXor OfBools(Attributes attributes) => new("Xor");

    public override string OpType { get; } = OpType;

    private protected override void Run<T>(Broadcast pairs, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) =>
        pairs.Map(x, y, result, default(Bits<T>));

    readonly struct Bits<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> y) => x ^ y;
    }
}
