using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>ReduceSumSquare</c>, since opset 1; axes are an input since 18: the sum of squares along axes.</summary>
sealed record ReduceSumSquare(ReducedAxes Axes) : ReductionOperator(Axes)
{
    public static ReduceSumSquare From(Attributes attributes) => new(ReducedAxes.From(attributes));

    protected override void Reduce<T>(ReadOnlySpan<T> x, Shape shape, ReadOnlySpan<bool> isReduced, Span<T> result) =>
        Reduction.Run(x, shape, isReduced, result, default(Sum<T>));

    readonly struct Sum<T> : IReduction<T> where T : unmanaged, INumber<T>
    {
        public T Empty => T.Zero;

        public T Add(T sum, T x) => sum + x * x;

        public Vector<T> Add(Vector<T> sum, Vector<T> x) => sum + x * x;

        public T Join(T sum, T other) => sum + other;
    }

    internal override GradientFacts Gradient => new(GradientReads.Inputs, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass) =>
        BackwardOfElements<T>(pass, (x, _, upstream) => (x + x) * upstream);
}
