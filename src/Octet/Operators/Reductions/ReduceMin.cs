using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>ReduceMin</c>, since opset 1; axes are an input since 18: the least element, of bools whether all are true; NaN if one
/// of them is, along axes.</summary>
sealed record ReduceMin(ReducedAxes Axes) : ReductionOperator(Axes)
{
    public static ReduceMin From(Attributes attributes) => new(ReducedAxes.From(attributes));

    protected override void Reduce<T>(ReadOnlySpan<T> x, Shape shape, ReadOnlySpan<bool> isReduced, Span<T> result) =>
        Reduction.Run(x, shape, isReduced, result, default(Least<T>));

    readonly struct Least<T> : IReduction<T> where T : unmanaged, INumber<T>
    {
        public T Empty => T.CreateSaturating(double.PositiveInfinity);

        public T Add(T sum, T x) => T.Min(sum, x);

        public Vector<T> Add(Vector<T> sum, Vector<T> x) => Vector.Min(sum, x);

        public T Join(T sum, T other) => T.Min(sum, other);
    }

    internal override GradientFacts Gradient => new(GradientReads.Inputs | GradientReads.Outputs, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass) => BackwardOfChoice<T>(pass);
}
