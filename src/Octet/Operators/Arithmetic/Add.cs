using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Add</c>, since opset 6: <c>x + y</c>, broadcast; integers wrap.</summary>
sealed record Add : BinaryArithmetic
{
    public static Add From(Attributes attributes) => new();

    internal override Joining Joining => Joining.Sum;

    public override bool KeepsNonNegative => true;

    public override bool KeepsChannelScales => true;

    internal override float? CarriesDepth(int input, ReadOnlySpan<TensorInfo> inputs) => 1;

    internal override IntegerForm? InIntegers => new(new QLinearAdd(), OperandOrder.OutputLast);

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        new Broadcast(outputs[0].Shape, inputs[0].Shape, inputs[1].Shape)
            .Map(inputs[0].AsSpan<T>(), inputs[1].AsSpan<T>(), outputs[0].AsSpan<T>(), default(Total<T>));

    internal readonly struct Total<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> y) => x + y;
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsNothing;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        for (var input = 0; input < 2; input++)
        {
            if (pass.Wants(input, out var gradient))
                BroadcastGradient.SumTo<T>(pass.FirstUpstream.AsSpan<T>(), pass.FirstUpstream.Shape, gradient);
        }
    }
}
