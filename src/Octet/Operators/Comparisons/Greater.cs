using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Greater</c>, since opset 6: whether <c>x > y</c>, broadcast; never for NaN.</summary>
sealed record Greater : Comparison
{
    public static Greater From(Attributes attributes) => new();

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Compare<T, Relation>(inputs, outputs[0]);

    readonly struct Relation : IRelation
    {
        public static bool Holds<T>(T x, T y) where T : INumber<T> => x > y;
    }
}
