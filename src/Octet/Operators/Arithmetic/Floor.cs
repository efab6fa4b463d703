using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>Floor</c>, since opset 6: the greatest integer not above x, for any shape.</summary>
sealed record Floor : UnaryOperator
{
    public static Floor From(Attributes attributes) => new();

    protected internal override double Definition(double x) => Math.Floor(x);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, default(Curve));

    readonly struct Curve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => Vector.Floor(x);
    }

    private protected override Func<double, double> Slope => _ => 0;
}
