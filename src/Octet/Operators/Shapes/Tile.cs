using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Tile</c>: repeats the whole tensor along each axis as often as repeats [rank] says.</summary>
sealed record Tile : MovingOperator
{
    public static Tile From(Attributes attributes) => new();

    public override bool OnlyMovesData => true;

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (type, shape) = (inputs[0].Type, inputs[0].Shape);
        if (inputs.Integers(1) is not { } wanted) return [new(type, Shape.Unknown)];

        if (wanted.Length != shape.Rank)
            throw new ShapeException($"{wanted.Length} repeats do not match the {shape.Rank} dimensions of shape {shape}");
        var repeats = Shape.From(wanted);
        return [new(type, Shape.From([.. shape.Dimensions.ToArray().Select((extent, axis) => (long)extent * repeats[axis])]))];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (shape, result) = (inputs[0].Shape, outputs[0].Shape);
        if (result.Length == 0) return;

        var (from, to) = (shape.GetStrides(), result.GetStrides());
        // Each axis is two: which repetition, and which element within it.
        var (extents, fromStrides, toStrides) = (new int[2 * shape.Rank], new int[2 * shape.Rank], new int[2 * shape.Rank]);
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            (extents[2 * axis], fromStrides[2 * axis], toStrides[2 * axis]) = (result[axis] / shape[axis], 0, to[axis] * shape[axis]);
            (extents[2 * axis + 1], fromStrides[2 * axis + 1], toStrides[2 * axis + 1]) = (shape[axis], from[axis], to[axis]);
        }
        ElementMove.Apply(inputs[0], outputs[0], new StridedCopy(extents, fromStrides, toStrides));
    }

    internal override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass) => BackwardByPlaces<T>(pass);
}
