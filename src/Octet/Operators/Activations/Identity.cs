using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Identity</c>, since opset 1: the same elements again, of any type.</summary>
sealed record Identity : Operator
{
    public static Identity From(Attributes attributes) => new();

    public override bool OnlyMovesData => true;

    public override bool TakesReducedPrecision => true;

    public override int MaxInputs => 1;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [inputs[0]];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => inputs[0].CopyTo(outputs[0]);

    internal override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient)) pass.FirstUpstream.CopyTo(gradient);
    }
}
