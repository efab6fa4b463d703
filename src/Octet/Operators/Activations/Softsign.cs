using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>Softsign</c>, since opset 1: <c>y = x / (1 + |x|)</c>, for any shape.</summary>
sealed record Softsign : UnaryOperator
{
    public static Softsign From(Attributes attributes) => new();

    protected internal override double Definition(double x) => x / (1 + Math.Abs(x));

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, default(Curve));

    readonly struct Curve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => x / (Vector<float>.One + Vector.Abs(x));
    }

    private protected override Func<double, double> Slope => x => 1 / ((1 + Math.Abs(x)) * (1 + Math.Abs(x)));
}
