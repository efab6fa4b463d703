using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>ScatterND</c>: indices [q.., m] are tuples of m coordinates into data [d₁.., dₘ.., rest..]; updates [q.., rest..] go to
/// these places.</summary>
sealed record ScatterND(ScatterReduction Reduction) : Scattering(Reduction)
{
    public static ScatterND From(Attributes attributes) => new(ReductionOf(attributes));

    private protected override void CheckShapes(Shape data, Shape indices, Shape updates)
    {
        if (indices.Rank == 0 || indices[^1] > data.Rank) throw new ShapeException($"indices {indices} do not fit data {data}");
        Shape expected = [.. indices[..^1], .. data[indices[^1]..]];
        if (updates != expected)
            throw new ShapeException($"updates are {updates}, but indices {indices} into data {data} call for {expected}");
    }

    private protected override int PlaceCount(Shape indices) => indices.LengthOf(0, indices.Rank - 1);

    private protected override void ReadPlaces(Tensor indices, Shape data, Span<int> places) =>
        IndexOperand.ReadTuples(indices, data, 0, places);
}
