using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Gather</c>: picks slices of data [.., n, ..] along <see cref="Axis"/> by the numbers in indices (any shape; −n..n − 1),
/// whose shape takes the place of that axis.
/// </summary>
sealed record Gather(long Axis) : MovingOperator
{
    public static Gather From(Attributes attributes) => new(attributes.Int("axis", fallback: 0));

    public override bool OnlyMovesData => true;

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (data, indices) = (inputs[0].Shape, inputs[1].Shape);
        var axis = data.NormalizeAxis(Axis);
        return [new(inputs[0].Type, [.. data[..axis], .. indices.Dimensions, .. data[(axis + 1)..]])];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var shape = inputs[0].Shape;
        var axis = shape.NormalizeAxis(Axis);
        using var indices = new Scratch<int>(inputs[1].Length);
        IndexOperand.Read(inputs[1], shape[axis], indices.Span);
        if (outputs[0].Length == 0) return;

        ElementMove.Apply(inputs[0], outputs[0], new GatherSlices(indices.Span, shape[axis], shape.LengthOf(axis + 1, shape.Rank)));
    }

    internal override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass) => BackwardByPlaces<T>(pass);
}
