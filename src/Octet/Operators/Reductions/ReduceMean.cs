using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>ReduceMean</c>, since opset 1; axes are an input since 18: the arithmetic mean along axes. The mean of nothing is NaN,
/// or 0 as an integer.</summary>
sealed record ReduceMean(ReducedAxes Axes) : ReductionOperator(Axes)
{
    public static ReduceMean From(Attributes attributes) => new(ReducedAxes.From(attributes));

    public override bool KeepsNonNegative => true;

    protected override void Reduce<T>(ReadOnlySpan<T> x, Shape shape, ReadOnlySpan<bool> isReduced, Span<T> result) =>
        Reduction.Run(x, shape, isReduced, result, default(Average<T>));

    readonly struct Average<T> : IReduction<T> where T : unmanaged, INumber<T>
    {
        public T Empty => T.Zero;

        public T Add(T sum, T x) => sum + x;

        public Vector<T> Add(Vector<T> sum, Vector<T> x) => sum + x;

        public T Join(T sum, T other) => sum + other;

        public T Finish(T sum, int count) => count == 0 ? T.CreateTruncating(double.NaN) : sum / T.CreateSaturating(count);
    }

    internal override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var count = T.CreateChecked(Math.Max(1, pass.InputShape(0).Length) / Math.Max(1, pass.FirstUpstream.Length));
        BackwardOfElements<T>(pass, (_, _, upstream) => upstream / count);
    }
}
