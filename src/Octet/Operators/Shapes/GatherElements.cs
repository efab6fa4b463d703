using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>GatherElements</c>: for each index, the element of data at the index's own coordinates with the one along <see cref="Axis"/>
/// replaced by the index. The output has the shape of the indices.
/// </summary>
sealed record GatherElements(long Axis) : MovingOperator
{
    public static GatherElements From(Attributes attributes) => new(attributes.Int("axis", fallback: 0));

    public override bool OnlyMovesData => true;

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        CheckIndices(inputs[0].Shape, inputs[1].Shape, inputs[0].Shape.NormalizeAxis(Axis));
        return [new(inputs[0].Type, inputs[1].Shape)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        using var places = new Scratch<int>(inputs[1].Length);
        IndexOperand.ReadPlaces(inputs[1], inputs[0].Shape, inputs[0].Shape.NormalizeAxis(Axis), places.Span);
        ElementMove.Apply(inputs[0], outputs[0], new GatherPlaces(places.Span, block: 1));
    }

    /// <summary>The indices must lie within the data along the axes that they do not replace.</summary>
    internal static void CheckIndices(Shape data, Shape indices, int axis)
    {
        var fits = data.Rank == indices.Rank;
        for (var i = 0; i < data.Rank && fits; i++) fits = i == axis || indices[i] <= data[i];
        if (!fits) throw new ShapeException($"indices {indices} do not fit data {data}: of equal rank, and no longer along any axis "
            + $"but {axis}");
    }

    internal override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass) => BackwardByPlaces<T>(pass);
}
