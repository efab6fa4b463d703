using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>ONNX <c>PRelu</c>, since opset 6; integers since 9: <c>y = x</c> where x ≥ 0, else <c>slope · x</c>; the slope is broadcast to
/// the shape of x.</summary>
/// <param name="SlopePerChannel">Whether a slope of one dimension lies along axis 1 of x, as before opset 7, rather than along the last
/// axis.</param>
sealed record PRelu(bool SlopePerChannel) : NumericOperator
{
    public static PRelu From(Attributes attributes) => new(SlopePerChannel: false);

    public static PRelu From6(Attributes attributes) => new(SlopePerChannel: true);

    public override int RequiredInputs => 2;

    public override int MaxInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1);
        return Shape.Broadcast(inputs[0].Shape, SlopeShape(inputs[1].Shape, inputs[0].Shape)) == inputs[0].Shape
            ? [new(inputs[0].Type, inputs[0].Shape)]
            : throw new OperatorException($"a slope of shape {inputs[1].Shape} cannot be broadcast to {inputs[0].Shape}");
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        new Broadcast(outputs[0].Shape, inputs[0].Shape, SlopeShape(inputs[1].Shape, inputs[0].Shape))
            .Map(inputs[0].AsSpan<T>(), inputs[1].AsSpan<T>(), outputs[0].AsSpan<T>(), default(Curve<T>));

    Shape SlopeShape(Shape slope, Shape x) =>
        SlopePerChannel && slope.Rank == 1 && x.Rank > 2 ? [slope[0], .. Enumerable.Repeat(1, x.Rank - 2)] : slope;

    readonly struct Curve<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> slope) => Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), x * slope, x);
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var (x, upstream, shape) = (pass.Inputs[0], pass.FirstUpstream, pass.FirstUpstream.Shape);
        var slope = pass.Inputs[1].Reshape(SlopeShape(pass.InputShape(1), shape));
        using var terms = new Scratch<T>(upstream.Length);
        if (pass.Wants(0, out var gradient))
        {
            new Broadcast(shape, shape, slope.Shape).Map(x.AsSpan<T>(), slope.AsSpan<T>(), terms.Span, default(Factor<T>));
            TensorPrimitives.Multiply<T>(terms.Span, upstream.AsSpan<T>(), gradient.AsSpan<T>());
        }
        if (!pass.Wants(1, out gradient)) return;
        TensorPrimitives.Min<T>(x.AsSpan<T>(), T.Zero, terms.Span);
        TensorPrimitives.Multiply<T>(terms.Span, upstream.AsSpan<T>(), terms.Span);
        BroadcastGradient.SumTo<T>(terms.Span, shape, gradient.Reshape(slope.Shape));
    }

    /// <summary>The derivative by x: the slope where x is not above zero.</summary>
    readonly struct Factor<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> slope) =>
            Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<T>.Zero), Vector<T>.One, slope);
    }

    internal override IReadOnlyList<int> TrainedInputs => [1];
}
