using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Where the elements of a mask lie that broadcasts to [batch, heads, queries, keys]; it may have fewer keys, and those that it
/// lacks take no part.</summary>
readonly record struct MaskLayout
{
    /// <exception cref="ShapeException">The mask does not broadcast.</exception>
    public MaskLayout(Shape mask, AttentionShape attention)
    {
        if (mask.Rank is < 1 or > 4) throw Unfit(mask, attention);
        Keys = mask[^1];
        if (Keys > attention.TotalLength) throw Unfit(mask, attention);
        var stride = Keys;
        (Query, Head, Sample) = (Take(2, attention.QueryLength), Take(3, attention.QueryHeads), Take(4, attention.Batch));

        int Take(int fromEnd, int extent)
        {
            if (fromEnd > mask.Rank || mask[^fromEnd] == 1) return 0;
            if (mask[^fromEnd] != extent) throw Unfit(mask, attention);
            var step = stride;
            stride *= extent;
            return step;
        }
    }

    public int Keys { get; }

    public int Query { get; }

    public int Head { get; }

    public int Sample { get; }

    static ShapeException Unfit(Shape mask, AttentionShape attention) =>
        new($"a mask of shape {mask} cannot be broadcast to {attention.Scores}");
}

/// <summary>What is added to the scores of an <see cref="Attention"/>: the mask, and minus infinity for keys that a query must not
/// see.</summary>
sealed class AttentionBias(AttentionShape shape, Tensor? mask, Tensor? keyCounts, bool isCausal)
{
    readonly MaskLayout _layout = mask is null ? default : new(mask.Shape, shape);

    /// <summary>Writes the bias of one query, for each key.</summary>
    public void Row<T>(int sample, int head, int query, Span<T> bias) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bias.Clear();
        if (mask is not null)
        {
            var start = sample * _layout.Sample + head * _layout.Head + query * _layout.Query;
            if (mask.Type != DataType.Bool) mask.AsSpan<T>().Slice(start, _layout.Keys).CopyTo(bias);
            else
            {
                var takesPart = mask.AsSpan<bool>().Slice(start, _layout.Keys);
                for (var key = 0; key < takesPart.Length; key++) bias[key] = takesPart[key] ? T.Zero : T.NegativeInfinity;
            }
            bias[_layout.Keys..].Fill(T.NegativeInfinity);
        }
        var count = keyCounts?.Longs[sample];
        if (count is { } counted) bias[(int)Math.Clamp(counted, 0, bias.Length)..].Fill(T.NegativeInfinity);
        // The last query stands beside the last key that is no padding; without such counts the first one stands behind the past.
        if (isCausal)
            bias[(int)Math.Clamp(query + 1 + (count is { } keys ? keys - shape.QueryLength : shape.PastLength), 0, bias.Length)..]
                .Fill(T.NegativeInfinity);
    }
}
