using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Attention</c>, since opset 23: <c>softmax(cap(scale · Q · Kᵀ) + bias) · V</c> for each head; several heads of Q may share one of
/// K and V.
/// </summary>
/// <remarks>
/// Inputs: Q, K, V (see <see cref="AttentionShape"/>); optionally a mask that broadcasts to [batch, heads, queries, keys], of bools (true
/// takes part) or of numbers to add; past K and V, which come before the present ones; and since opset 24 how many keys of each sample are
/// no padding. Outputs: the result, K and V with the past ones, and scores of the stage that <see cref="ScoreStage"/> chooses. float32 and
/// float64. A query that no key takes part in gives zeros.
/// </remarks>
/// <param name="IsCausal">Whether queries see only keys up to their own place.</param>
/// <param name="QueryHeads">Heads of Q, where its shape does not say.</param>
/// <param name="KeyHeads">Heads of K and V, where their shapes do not say.</param>
/// <param name="Scale">Null for one over the root of the size of a head.</param>
/// <param name="Softcap">Limits scores to this by <c>cap · tanh(score / cap)</c>; 0 for no limit.</param>
/// <param name="ScoreStage">0: scaled products, 1: limited, 2: with the bias, 3: after softmax.</param>
sealed record Attention(bool IsCausal, int QueryHeads, int KeyHeads, float? Scale, float Softcap, int ScoreStage) : RealOperator
{
    public static Attention From(Attributes attributes)
    {
        var stage = attributes.Int("qk_matmul_output_mode", fallback: 0);
        if (stage is < 0 or > 3) throw AttributeException.BadValue("qk_matmul_output_mode", stage, "0 to 3");
        return new(
            attributes.Flag("is_causal"), Heads(attributes, "q_num_heads"), Heads(attributes, "kv_num_heads"),
            attributes.Has("scale") ? attributes.Float("scale") : null, attributes.Float("softcap", fallback: 0), (int)stage);
    }

    public override int RequiredInputs => 3;

    public override int MaxOutputs => 4;

    internal override double Work(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) => inputs.LengthProduct();

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1, 2, 4, 5);
        inputs.RequireType(3, DataType.Bool, inputs[0].Type);
        inputs.RequireType(6, DataType.Int64);
        var shape = ShapeOf(inputs[0].Shape, inputs[1].Shape, inputs[2].Shape, inputs.Optional(4)?.Shape, inputs.Optional(5)?.Shape);
        if (inputs.Optional(3) is { } mask) _ = new MaskLayout(mask.Shape, shape);
        if (inputs.Optional(6) is { } lengths && lengths.Shape != [shape.Batch])
            throw new ShapeException($"there are {shape.Batch} samples, but numbers of keys {lengths.Shape}");
        foreach (var part in (Shape[])[shape.PresentKey, shape.PresentValue, shape.Scores])
        {
            if ((long)part.Length * sizeof(double) > AlignedMemory.MaxBytes) throw ShapeException.TooLarge(part.Dimensions);
        }
        var type = inputs[0].Type;
        return [new(type, shape.Output), new(type, shape.PresentKey), new(type, shape.PresentValue), new(type, shape.Scores)];
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (query, past) = (inputs[0], (Key: inputs.Optional(4), Value: inputs.Optional(5)));
        var shape = ShapeOf(query.Shape, inputs[1].Shape, inputs[2].Shape, past.Key?.Shape, past.Value?.Shape);
        using var keyScratch = new Scratch<T>(outputs.Optional(1) is null ? shape.PresentKey.Length : 0);
        using var valueScratch = new Scratch<T>(outputs.Optional(2) is null ? shape.PresentValue.Length : 0);
        using var scoreScratch = new Scratch<T>(shape.QueryLength * shape.TotalLength);
        using var biasScratch = new Scratch<T>(shape.TotalLength);
        var keys = outputs.Optional(1) is { } presentKeys ? presentKeys.Pointer<T>() : keyScratch.Pointer;
        var values = outputs.Optional(2) is { } presentValues ? presentValues.Pointer<T>() : valueScratch.Pointer;
        Gather(past.Key, inputs[1], shape, shape.KeySize, new Span<T>(keys, shape.PresentKey.Length));
        Gather(past.Value, inputs[2], shape, shape.ValueSize, new Span<T>(values, shape.PresentValue.Length));
        if (outputs.Optional(0) is not { } output) return;

        var bias = new AttentionBias(shape, inputs.Optional(3), inputs.Optional(6), IsCausal);
        var scale = T.CreateChecked(Scale ?? 1 / MathF.Sqrt(shape.KeySize));
        for (var place = 0; place < shape.Batch * shape.QueryHeads; place++)
        {
            var (sample, head) = Math.DivRem(place, shape.QueryHeads);
            var source = (nint)sample * shape.KeyHeads + head / (shape.QueryHeads / shape.KeyHeads);
            var scores = scoreScratch.Span;
            MatrixProduct.Multiply(
                shape.QueryLength, shape.TotalLength, shape.KeySize, HeadOf(query.Pointer<T>(), shape, sample, head, shape.KeySize),
                new MatrixView<T>(keys + source * shape.TotalLength * shape.KeySize, 1, shape.KeySize), bias: null, scoreScratch.Pointer,
                shape.TotalLength);
            TensorPrimitives.Multiply(scores, scale, scores);
            Weigh(scores, bias, sample, head, biasScratch.Span,
                outputs.Optional(3) is { } kept ? kept.AsSpan<T>().Slice(place * scores.Length, scores.Length) : []);
            var result = HeadOf(output.Pointer<T>(), shape, sample, head, shape.ValueSize);
            MatrixProduct.Multiply(
                shape.QueryLength, shape.ValueSize, shape.TotalLength, new MatrixView<T>(scoreScratch.Pointer, shape.TotalLength),
                new MatrixView<T>(values + source * shape.TotalLength * shape.ValueSize, shape.ValueSize), bias: null, result.Row(0),
                result.RowStride);
        }
    }

    /// <summary>Turns scaled products [queries, keys] into weights, and keeps them at the stage that is asked for.</summary>
    void Weigh<T>(Span<T> scores, AttentionBias bias, int sample, int head, Span<T> biasRow, Span<T> kept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Keep(stage: 0, scores, kept);
        if (Softcap != 0)
        {
            var cap = T.CreateChecked(Softcap);
            TensorPrimitives.Divide(scores, cap, scores);
            TensorPrimitives.Tanh<T>(scores, scores);
            TensorPrimitives.Multiply(scores, cap, scores);
        }
        Keep(stage: 1, scores, kept);
        for (var start = 0; start < scores.Length; start += biasRow.Length)
        {
            var row = scores.Slice(start, biasRow.Length);
            bias.Row(sample, head, start / biasRow.Length, biasRow);
            TensorPrimitives.Add(row, biasRow, row);
            if (ScoreStage == 2) Keep(stage: 2, row, kept.IsEmpty ? kept : kept.Slice(start, row.Length));
            if (TensorPrimitives.Max<T>(biasRow) == T.NegativeInfinity) row.Clear();
            else SoftmaxRows.Run<T>(row, row, row.Length, inner: 1, logarithm: false);
        }
        Keep(stage: 3, scores, kept);
    }

    void Keep<T>(int stage, ReadOnlySpan<T> scores, Span<T> kept)
    {
        if (stage == ScoreStage && !kept.IsEmpty) scores.CopyTo(kept);
    }

    /// <summary>Puts past and present keys or values together as [batch, heads, length, size].</summary>
    static void Gather<T>(Tensor? past, Tensor present, AttentionShape shape, int size, Span<T> result) where T : unmanaged
    {
        var (row, head) = (size, shape.TotalLength * size);
        if (past is not null)
        {
            new StridedCopy([shape.Batch * shape.KeyHeads, shape.PastLength * size], [shape.PastLength * size, 1],
                [head, 1]).Invoke<T>(past.AsSpan<T>(), result);
        }
        int[] from = shape.HeadsAreInner
            ? [shape.KeyLength * shape.KeyHeads * size, size, shape.KeyHeads * size, 1]
            : [shape.KeyHeads * shape.KeyLength * size, shape.KeyLength * size, size, 1];
        new StridedCopy([shape.Batch, shape.KeyHeads, shape.KeyLength, size], from, [shape.KeyHeads * head, head, row, 1],
            destinationStart: shape.PastLength * size)
            .Invoke<T>(present.AsSpan<T>(), result);
    }

    /// <summary>The queries or results of one head.</summary>
    static unsafe MatrixView<T> HeadOf<T>(T* start, AttentionShape shape, int sample, int head, int size) where T : unmanaged =>
        shape.HeadsAreInner
        ? new(start + ((nint)sample * shape.QueryLength * shape.QueryHeads + head) * size, shape.QueryHeads * size)
        : new(start + ((nint)sample * shape.QueryHeads + head) * shape.QueryLength * size, size);

    AttentionShape ShapeOf(Shape query, Shape key, Shape value, Shape? pastKey, Shape? pastValue) =>
        AttentionShape.Of(query, key, value, pastKey, pastValue, QueryHeads, KeyHeads);

    static int Heads(Attributes attributes, string name) => attributes.Int(name, fallback: 0) is >= 0 and <= int.MaxValue and var heads
        ? (int)heads
        : throw AttributeException.BadValue(name, attributes.Int(name), "1 and more");
}
