using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>PRelu</c>, since opset 6; integers since 9: <c>y = x</c> where x ≥ 0, else <c>slope · x</c>; the slope is broadcast to the shape of x.</summary>
/// <param name="SlopePerChannel">Whether a slope of one dimension lies along axis 1 of x, as before opset 7, rather than along the last axis.</param>
public sealed record PRelu(bool SlopePerChannel) : NumericOperator
{
    public static PRelu From(Attributes attributes) => new(SlopePerChannel: false);

    public static PRelu From6(Attributes attributes) => new(SlopePerChannel: true);

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1);
        return Shape.Broadcast(inputs[0].Shape, SlopeShape(inputs[1].Shape, inputs[0].Shape)) == inputs[0].Shape
            ? [new(inputs[0].Type, inputs[0].Shape)]
            : throw new OperatorException($"a slope of shape {inputs[1].Shape} cannot be broadcast to {inputs[0].Shape}");
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        new Broadcast(outputs[0].Shape, inputs[0].Shape, SlopeShape(inputs[1].Shape, inputs[0].Shape))
            .Map(inputs[0].Span<T>(), inputs[1].Span<T>(), outputs[0].Span<T>(), default(Curve<T>));

    Shape SlopeShape(Shape slope, Shape x) =>
        SlopePerChannel && slope.Rank == 1 && x.Rank > 2 ? [slope[0], .. Enumerable.Repeat(1, x.Rank - 2)] : slope;

    readonly struct Curve<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> slope) => Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), x * slope, x);
    }
}
