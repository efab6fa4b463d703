using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>RotaryEmbedding</c>, since opset 23: turns pairs of elements of each head by an angle that depends on the place in the sequence.
/// Source: Su et al. 2021, "RoFormer".
/// </summary>
/// <remarks>
/// Inputs: x as [batch, heads, length, size] or [batch, length, heads · size]; cosines and sines, [batch, length, pairs], or [places,
/// pairs] with the place of each element, int64 [batch, length], as the last input. float32 and float64.
/// </remarks>
/// <param name="IsInterleaved">Whether a pair are neighbours, rather than elements of the first and the second half.</param>
/// <param name="Heads">Heads of an x of three dimensions.</param>
/// <param name="Turned">How many elements of a head are turned; 0 for all.</param>
sealed record RotaryEmbedding(bool IsInterleaved, long Heads, long Turned) : RealOperator
{
    public static RotaryEmbedding From(Attributes attributes) =>
        new(attributes.Flag("interleaved"), attributes.Int("num_heads", fallback: 0), attributes.Int("rotary_embedding_dim", fallback: 0));

    public override int RequiredInputs => 3;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1, 2);
        inputs.RequireType(3, DataType.Int64);
        var (batch, _, length, _, pairs) = SizesOf(inputs[0].Shape);
        var table = inputs[1].Shape;
        var fits = inputs.Optional(3) is { } places
            ? table.Rank == 2 && table[1] == pairs && places.Shape == [batch, length] : table == [batch, length, pairs];
        if (!fits || inputs[2].Shape != table)
            throw new ShapeException($"x {inputs[0].Shape} turns {pairs} pairs, which cosines {table} and sines {inputs[2].Shape} do "
                + "not fit");
        return [new(inputs[0].Type, inputs[0].Shape)];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (batch, heads, length, size, pairs) = SizesOf(inputs[0].Shape);
        var headsAreInner = inputs[0].Shape.Rank == 3;
        var places = inputs.Optional(3);
        for (var row = 0; row < batch * heads * length; row++)
        {
            var (sample, inner) = Math.DivRem(row, heads * length);
            var at = sample * length + (headsAreInner ? inner / heads : inner % length);
            var angle = pairs * (places is null ? at : IndexOperand.Normalize(places.Longs[at], inputs[1].Shape[0]));
            Turn(
                inputs[0].AsSpan<T>().Slice(row * size, size), inputs[1].AsSpan<T>().Slice(angle, pairs),
                inputs[2].AsSpan<T>().Slice(angle, pairs),
                outputs[0].AsSpan<T>().Slice(row * size, size));
        }
    }

    void Turn<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> cosines, ReadOnlySpan<T> sines, Span<T> y) where T : System.Numerics.INumber<T>
    {
        x.CopyTo(y);
        for (var pair = 0; pair < cosines.Length; pair++)
        {
            var (first, second) = IsInterleaved ? (2 * pair, 2 * pair + 1) : (pair, pair + cosines.Length);
            y[first] = cosines[pair] * x[first] - sines[pair] * x[second];
            y[second] = sines[pair] * x[first] + cosines[pair] * x[second];
        }
    }

    (int Batch, int Heads, int Length, int Size, int Pairs) SizesOf(Shape x)
    {
        if (x.Rank is not (3 or 4)) throw new ShapeException($"x has three or four dimensions, but this one is {x}");
        var heads = x.Rank == 4 ? x[1] : Heads;
        if (heads < 1 || x.Rank == 3 && x[2] % heads != 0)
            throw new OperatorException($"x {x} cannot be cut into {heads} heads (attribute num_heads)");
        var size = x.Rank == 4 ? x[3] : x[2] / (int)heads;
        var turned = Turned == 0 ? size : Turned;
        if (turned < 0 || turned > size || turned % 2 != 0)
            throw new OperatorException($"{turned} of {size} elements of a head cannot be turned in pairs");
        return (x[0], (int)heads, x.Rank == 4 ? x[2] : x[1], size, (int)turned / 2);
    }
}
