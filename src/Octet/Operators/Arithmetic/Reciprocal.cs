using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>Reciprocal</c>, since opset 6: <c>1 / x</c>, for any shape.</summary>
sealed record Reciprocal : UnaryOperator
{
    public static Reciprocal From(Attributes attributes) => new();

    protected internal override double Definition(double x) => 1 / x;

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, default(Curve));

    readonly struct Curve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => Vector<float>.One / x;
    }

    private protected override Func<double, double> Slope => x => -1 / (x * x);
}
