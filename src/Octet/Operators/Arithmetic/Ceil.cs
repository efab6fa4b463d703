using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>Ceil</c>, since opset 6: the least integer not below x, for any shape.</summary>
sealed record Ceil : UnaryOperator
{
    public static Ceil From(Attributes attributes) => new();

    protected internal override double Definition(double x) => Math.Ceiling(x);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, default(Curve));

    readonly struct Curve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => Vector.Ceiling(x);
    }

    private protected override Func<double, double> Slope => _ => 0;
}
