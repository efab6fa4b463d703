using Octet.Tensors;

namespace Octet.Operators;

/// <summary>The sizes of an <see cref="Attention"/>, from queries, keys and values as [batch, heads, length, size] or as [batch, length,
/// heads · size].</summary>
readonly record struct AttentionShape(
    int Batch, int QueryHeads, int KeyHeads, int QueryLength, int PastLength, int KeyLength, int KeySize, int ValueSize, bool HeadsAreInner)
{
    /// <summary>Keys and values, past ones included.</summary>
    public int TotalLength => PastLength + KeyLength;

    public Shape Output => HeadsAreInner ? [Batch, QueryLength, QueryHeads * ValueSize] : [Batch, QueryHeads, QueryLength, ValueSize];

    public Shape PresentKey => [Batch, KeyHeads, TotalLength, KeySize];

    public Shape PresentValue => [Batch, KeyHeads, TotalLength, ValueSize];

    public Shape Scores => [Batch, QueryHeads, QueryLength, TotalLength];

    /// <exception cref="OctetException">The shapes do not fit each other.</exception>
    public static AttentionShape Of(Shape query, Shape key, Shape value, Shape? pastKey, Shape? pastValue, int queryHeads, int keyHeads)
    {
        if (query.Rank is not (3 or 4) || key.Rank != query.Rank || value.Rank != query.Rank) throw Unfit(query, key, value);
        var isInner = query.Rank == 3;
        if (isInner && (queryHeads < 1 || keyHeads < 1))
            throw new OperatorException("inputs of three dimensions need the attributes q_num_heads and kv_num_heads");
        var (q, k, v) = (Split(query, queryHeads), Split(key, keyHeads), Split(value, keyHeads));
        if (pastKey is { Rank: not 4 } strange) throw new ShapeException($"past keys have four dimensions, but these are {strange}");
        var past = pastKey?[2] ?? 0;
        var shape = new AttentionShape(q.Batch, q.Heads, k.Heads, q.Length, past, k.Length, k.Size, v.Size, isInner);
        if (k.Batch != q.Batch || v.Batch != q.Batch || v.Heads != k.Heads || v.Length != k.Length || q.Size != k.Size || k.Heads == 0
                || q.Heads % k.Heads != 0) throw Unfit(query, key, value);
        if (pastKey is { } earlier && earlier != [q.Batch, k.Heads, past, k.Size])
            throw new ShapeException($"past keys are {earlier}, but keys {key}");
        if ((pastKey is null) != (pastValue is null) || pastValue is { } earlierValues && earlierValues != [q.Batch, k.Heads, past, v.Size])
            throw new ShapeException($"past values are {pastValue}, but values {value}");
        return shape;
    }

    static (int Batch, int Heads, int Length, int Size) Split(Shape shape, int heads)
    {
        if (shape.Rank == 4) return (shape[0], shape[1], shape[2], shape[3]);
        return shape[2] % heads == 0
            ? (shape[0], heads, shape[1], shape[2] / heads) : throw new ShapeException($"{shape} cannot be cut into {heads} heads");
    }

    static ShapeException Unfit(Shape query, Shape key, Shape value) =>
        new($"queries {query}, keys {key} and values {value} do not fit each other");
}
