using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Transpose</c>: dimension i of the result is dimension <see cref="Permutation"/>[i] of the input; all reversed where it
/// is left out.</summary>
sealed record Transpose(int[]? Permutation) : MovingOperator
{
    public override bool OnlyMovesData => true;

    public static Transpose From(Attributes attributes)
    {
        if (attributes.IntsOrNull("perm") is not { } order) return new(Permutation: null);
        return order.Order().SequenceEqual(Enumerable.Range(0, order.Length).Select(i => (long)i))
            ? new(Array.ConvertAll(order, axis => (int)axis))
            : throw AttributeException.BadValue("perm", $"[{string.Join(", ", order)}]", $"each of 0..{order.Length - 1} once");
    }

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var shape = inputs[0].Shape;
        return [new(inputs[0].Type, new Shape(Permuted(shape.Dimensions)))];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => MoveOf(inputs[0].Shape).Run(inputs, outputs);

    internal override Operator PreparedFor(ReadOnlySpan<TensorInfo> inputs) => inputs[0].Shape.IsKnown ? MoveOf(inputs[0].Shape) : this;

    PreparedMove MoveOf(Shape shape) => new(this, new(Permuted(shape.Dimensions)), Permuted(shape.GetStrides()), Start: 0);

    int[] Permuted(ReadOnlySpan<int> values)
    {
        var result = values.ToArray();
        if (Permutation is null)
        {
            Array.Reverse(result);
            return result;
        }
        if (Permutation.Length != values.Length)
        {
            throw new ShapeException($"the permutation [{string.Join(", ", Permutation)}] has {Permutation.Length} axes, but the input "
                + $"has {values.Length}");
        }
        for (var i = 0; i < result.Length; i++) result[i] = values[Permutation[i]];
        return result;
    }

    internal override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient)) MoveOf(pass.InputShape(0)).RunBack(pass.FirstUpstream, gradient);
    }
}
