using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Less</c>, since opset 6: whether <c>x &lt; y</c>, broadcast; never for NaN.</summary>
sealed record Less : Comparison
{
    public static Less From(Attributes attributes) => new();

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Compare<T, Relation>(inputs, outputs[0]);

    readonly struct Relation : IRelation
    {
        public static bool Holds<T>(T x, T y) where T : INumber<T> => x < y;
    }
}
