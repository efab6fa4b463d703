using Octet.Graphs;
using Octet.Operators;

namespace Octet.Lowering;

/// <summary>Finds <c>x / 2 · (1 + erf(x / √2))</c> in the five nodes that exporters write for GELU before opset 20.</summary>
/// <param name="only">The only reader of a value; null if there are others, or it is watched.</param>
readonly struct GeluChain(Func<Value, Node?> only)
{
    /// <summary>How far a constant may be from its exact value, relative to that: exporters round √2 as they like.</summary>
    const float Tolerance = 1e-5f;

    /// <summary>All nodes from <paramref name="x"/> on, the one that makes the result last; null if two other nodes read x.</summary>
    /// <param name="x">A value with two readers.</param>
    public IReadOnlyList<Node>? From(Value x) => From(x, x.Consumers[0], x.Consumers[1]) ?? From(x, x.Consumers[1], x.Consumers[0]);

    IReadOnlyList<Node>? From(Value x, Node scaling, Node other)
    {
        var scales = Scales(scaling, x, MathF.Sqrt(0.5f))
            || (scaling.Operator is Div && scaling.Inputs[0] == x && Is(scaling.Inputs[1]!, MathF.Sqrt(2)));
        if (!scales || only(scaling.Output) is not { Operator: Erf } erf) return null;
        if (only(erf.Output) is not { Operator: Add } sum || !Is(OtherThan(erf.Output, sum), 1)) return null;
        if (only(sum.Output) is not { Operator: Mul } product) return null;

        // The half comes last in what PyTorch writes, and first in what others do.
        if (product == other)
            return only(product.Output) is { } half && Scales(half, product.Output, 0.5f) ? [scaling, erf, sum, product, half] : null;
        return Scales(other, x, 0.5f) && only(other.Output) == product ? [scaling, erf, sum, other, product] : null;
    }

    static bool Scales(Node node, Value x, float factor) => node.Operator is Mul && Is(OtherThan(x, node), factor);

    static Value OtherThan(Value operand, Node node) => node.Inputs[0] == operand ? node.Inputs[1]! : node.Inputs[0]!;

    static bool Is(Value value, float number) =>
        value.Constant is { Type: Tensors.DataType.Float32, Length: 1, Shape.Rank: <= 1 } constant
        && MathF.Abs(constant.Floats[0] - number) <= number * Tolerance;
}
