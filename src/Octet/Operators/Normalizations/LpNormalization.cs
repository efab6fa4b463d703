using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>LpNormalization</c>, since opset 1: along one axis, <c>y = x / (Σ |x|^p)^(1/p)</c> with p = 1 or 2; zero where the norm
/// is. float32 and float64.</summary>
sealed record LpNormalization(long Axis, int P) : RealOperator
{
    public static LpNormalization From(Attributes attributes) => attributes.Int("p", fallback: 2) is var p and (1 or 2)
        ? new(attributes.Int("axis", fallback: -1), (int)p)
        : throw AttributeException.BadValue("p", attributes.Int("p"), "1, 2");

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => AxisCut.Infer(inputs[0], Axis);

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var shape = inputs[0].Shape;
        var kept = shape.With(shape.NormalizeAxis(Axis), 1);
        using var norms = new Scratch<T>(kept.Length);
        // The powers stand in the output until the norms are known.
        PowerSum.Raise<T>(inputs[0].AsSpan<T>(), outputs[0].AsSpan<T>(), T.CreateChecked(P));
        Reduction.Run(outputs[0].AsSpan<T>(), shape, norms.Span, kept, default(RowStatistics.Total<T>));
        PowerSum.Root(norms.Span, T.CreateChecked(P));
        new Broadcast(shape, shape, kept).Map(inputs[0].AsSpan<T>(), norms.Span, outputs[0].AsSpan<T>(), default(Quotient<T>));
    }

    readonly struct Quotient<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> norm) =>
            Vector.ConditionalSelect(Vector.Equals(norm, Vector<T>.Zero), Vector<T>.Zero, x / norm);
    }
}
