using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Mul</c>, since opset 6: <c>x · y</c>, broadcast; integers wrap.</summary>
sealed record Mul : BinaryArithmetic
{
    public static Mul From(Attributes attributes) => new();

    internal override Joining Joining => Joining.Product;

    public override bool KeepsNonNegative => true;

    internal override IntegerForm? InIntegers => new(new QLinearMul(), OperandOrder.OutputLast);

    internal override float? CarriesDepth(int input, ReadOnlySpan<TensorInfo> inputs) =>
        input < 2 && inputs.Optional(1 - input)?.Value is { Type: DataType.Float32, Length: 1 } factor && factor.Floats[0] > 0
        ? factor.Floats[0] : null;

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        new Broadcast(outputs[0].Shape, inputs[0].Shape, inputs[1].Shape)
            .Map(inputs[0].AsSpan<T>(), inputs[1].AsSpan<T>(), outputs[0].AsSpan<T>(), default(Product<T>));

    internal readonly struct Product<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> y) => x * y;
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        for (var input = 0; input < 2; input++)
        {
            if (pass.Wants(input, out var gradient))
                BroadcastGradient.SumTo<T, Product<T>>(pass.FirstUpstream, pass.Inputs[1 - input], gradient, default);
        }
    }
}
