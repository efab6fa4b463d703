using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>From [batch, channels, …] to [batch, …, channels]. float32, int8 or uint8.</summary>
sealed record ToChannelsLast : Operator
{
    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(inputs[0].Type, ChannelsLastLayout.ShapeOf(inputs[0].Shape))];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var shape = inputs[0].Shape;
        if (inputs[0].Type.Size == 1)
            ByteLayout.TransposeEach(inputs[0].Bytes, outputs[0].Bytes, shape[0], shape[1], shape.LengthOf(2, shape.Rank));
        else ImageLayout.ToChannelsLast(inputs[0].Floats, outputs[0].Floats, shape[0], shape[1], shape.LengthOf(2, shape.Rank));
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsNothing;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient)) new ToChannelsFirst().Run(pass.Upstream, [gradient]);
    }
}

/// <summary>From [batch, …, channels] to [batch, channels, …]. float32, int8 or uint8.</summary>
sealed record ToChannelsFirst : Operator
{
    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(inputs[0].Type, ChannelsLastLayout.ChannelsFirst(inputs[0].Shape))];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var shape = inputs[0].Shape;
        if (inputs[0].Type.Size == 1)
            ByteLayout.TransposeEach(inputs[0].Bytes, outputs[0].Bytes, shape[0], shape.LengthOf(1, shape.Rank - 1), shape[^1]);
        else ImageLayout.ToChannelsFirst(inputs[0].Floats, outputs[0].Floats, shape[0], shape[^1], shape.LengthOf(1, shape.Rank - 1));
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsNothing;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient)) new ToChannelsLast().Run(pass.Upstream, [gradient]);
    }
}
