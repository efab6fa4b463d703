using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>ReduceMax</c>, since opset 1; axes are an input since 18: the greatest element, of bools whether one is true; NaN if
/// one of them is, along axes.</summary>
sealed record ReduceMax(ReducedAxes Axes) : ReductionOperator(Axes)
{
    public static ReduceMax From(Attributes attributes) => new(ReducedAxes.From(attributes));

    public override bool KeepsNonNegative => true;

    protected override void Reduce<T>(ReadOnlySpan<T> x, Shape shape, ReadOnlySpan<bool> isReduced, Span<T> result) =>
        Reduction.Run(x, shape, isReduced, result, default(Greatest<T>));

    readonly struct Greatest<T> : IReduction<T> where T : unmanaged, INumber<T>
    {
        public T Empty => T.CreateSaturating(double.NegativeInfinity);

        public T Add(T sum, T x) => T.Max(sum, x);

        public Vector<T> Add(Vector<T> sum, Vector<T> x) => Vector.Max(sum, x);

        public T Join(T sum, T other) => T.Max(sum, other);
    }

    internal override GradientFacts Gradient => new(GradientReads.Inputs | GradientReads.Outputs, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass) => BackwardOfChoice<T>(pass);
}
