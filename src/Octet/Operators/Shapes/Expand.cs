using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Expand</c>: broadcasts data against the shape that its second input [rank] names; extents of 1 are repeated.</summary>
sealed record Expand : MovingOperator
{
    public static Expand From(Attributes attributes) => new();

    public override bool OnlyMovesData => true;

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(inputs[0].Type, inputs.Integers(1) is { } wanted ? Shape.Broadcast(inputs[0].Shape, Shape.From(wanted)) : Shape.Unknown)];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (shape, result) = (inputs[0].Shape, outputs[0].Shape);
        var strides = new int[result.Rank];
        var own = shape.GetStrides();
        for (var i = 1; i <= shape.Rank; i++) strides[^i] = shape[^i] == 1 ? 0 : own[^i];
        ElementMove.Apply(inputs[0], outputs[0], new StridedCopy(result.Dimensions, strides, result.GetStrides()));
    }

    internal override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass) => BackwardByPlaces<T>(pass);
}
