using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>ReduceProd</c>, since opset 1; axes are an input since 18: the product along axes.</summary>
sealed record ReduceProd(ReducedAxes Axes) : ReductionOperator(Axes)
{
    public static ReduceProd From(Attributes attributes) => new(ReducedAxes.From(attributes));

    protected override void Reduce<T>(ReadOnlySpan<T> x, Shape shape, ReadOnlySpan<bool> isReduced, Span<T> result) =>
        Reduction.Run(x, shape, isReduced, result, default(Product<T>));

    readonly struct Product<T> : IReduction<T> where T : unmanaged, INumber<T>
    {
        public T Empty => T.One;

        public T Add(T sum, T x) => sum * x;

        public Vector<T> Add(Vector<T> sum, Vector<T> x) => sum * x;

        public T Join(T sum, T other) => sum * other;
    }
}
