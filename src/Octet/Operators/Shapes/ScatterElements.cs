using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>ScatterElements</c>, and <c>Scatter</c> of opset 9: each update goes to its own coordinates in the data, with the one along
/// <see cref="Axis"/> replaced by its index. Indices and updates have one shape.
/// </summary>
sealed record ScatterElements(string Type, long Axis, ScatterReduction Reduction) : Scattering(Reduction)
{
    public override string OpType => Type;

    public static ScatterElements From(Attributes attributes) =>
        new("ScatterElements", attributes.Int("axis", fallback: 0), ReductionOf(attributes));

    public static ScatterElements FromScatter(Attributes attributes) =>
        new("Scatter", attributes.Int("axis", fallback: 0), ScatterReduction.None);

    private protected override void CheckShapes(Shape data, Shape indices, Shape updates)
    {
        GatherElements.CheckIndices(data, indices, data.NormalizeAxis(Axis));
        if (indices != updates) throw new ShapeException($"indices {indices} and updates {updates} must have one shape");
    }

    private protected override int PlaceCount(Shape indices) => indices.Length;

    private protected override void ReadPlaces(Tensor indices, Shape data, Span<int> places) =>
        IndexOperand.ReadPlaces(indices, data, data.NormalizeAxis(Axis), places);
}
