using Octet.Tensors;

namespace Octet.Operators;

/// <summary>An operator on two tensors as it was before opset 7: the second one's extents are those of the first from <see cref="Axis"/>
/// on.</summary>
sealed record AxisBroadcast(Operator Inner, long Axis) : Operator
{
    /// <summary>Lets an operator be read in its old form; without an axis that is its present one.</summary>
    internal static Func<Attributes, Operator> Of(Func<Attributes, Operator> from) => attributes =>
        attributes.Flag("broadcast") && attributes.Has("axis")
        ? new AxisBroadcast(from(attributes), attributes.Int("axis")) : from(attributes);

    public override string OpType => Inner.OpType;

    public override int RequiredInputs => 2;

    public override bool TakesReducedPrecision => Inner.TakesReducedPrecision;

    internal override double Work(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) => Inner.Work(inputs, outputs);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        Inner.Infer([inputs[0], new(inputs[1].Type, Aligned(inputs[0].Shape, inputs[1].Shape))]);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Inner.Run([inputs[0], inputs[1].Reshape(Aligned(inputs[0].Shape, inputs[1].Shape))], outputs);

    /// <summary>The second shape with extents of 1 behind it, so that it ends where the first one does.</summary>
    Shape Aligned(Shape first, Shape second)
    {
        var missing = first.Rank - first.NormalizeAxis(Axis) - second.Rank;
        if (missing < 0) throw new ShapeException($"shape {second} does not fit into {first} from axis {Axis} on");
        return [.. second.Dimensions, .. Enumerable.Repeat(1, missing)];
    }
}
