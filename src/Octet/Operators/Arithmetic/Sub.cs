using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>ONNX <c>Sub</c>, since opset 6: <c>x − y</c>, broadcast; integers wrap.</summary>
sealed record Sub : BinaryArithmetic
{
    public static Sub From(Attributes attributes) => new();

    internal override Joining Joining => Joining.Sum;

    internal override float? CarriesDepth(int input, ReadOnlySpan<TensorInfo> inputs) => input == 0 ? 1 : null;

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        new Broadcast(outputs[0].Shape, inputs[0].Shape, inputs[1].Shape)
            .Map(inputs[0].AsSpan<T>(), inputs[1].AsSpan<T>(), outputs[0].AsSpan<T>(), default(Difference<T>));

    internal readonly struct Difference<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> y) => x - y;
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsNothing;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var upstream = pass.FirstUpstream;
        if (pass.Wants(0, out var gradient)) BroadcastGradient.SumTo<T>(upstream.AsSpan<T>(), upstream.Shape, gradient);
        if (!pass.Wants(1, out gradient)) return;
        BroadcastGradient.SumTo<T>(upstream.AsSpan<T>(), upstream.Shape, gradient);
        TensorPrimitives.Negate<T>(gradient.AsSpan<T>(), gradient.AsSpan<T>());
    }
}
