using Octet.Tensors;

namespace Octet.Operators;

/// <summary>An operator that keeps all elements in their order and gives them other extents.</summary>
abstract record Reshaping : MovingOperator
{
    public override bool OnlyMovesData => true;

    public sealed override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        // An executor may let both be the same memory.
        if (inputs[0].Type == DataType.String || !inputs[0].Bytes.Overlaps(outputs[0].Bytes)) inputs[0].CopyTo(outputs[0]);
    }

    private protected static TensorInfo[] Reshaped(TensorInfo input, Shape shape) => [new(input.Type, shape)];

    internal sealed override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected sealed override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient)) pass.FirstUpstream.CopyTo(gradient);
    }
}
