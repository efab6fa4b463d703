using System.Numerics;
using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Operators;

/// <summary>ONNX <c>Tanh</c>, since opset 6: the hyperbolic tangent, for any shape.</summary>
sealed record Tanh : UnaryOperator
{
    public static Tanh From(Attributes attributes) => new();

    public override ValueRange OutputRange => new(-1, 1);

    protected internal override double Definition(double x) => Math.Tanh(x);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, default(Curve));

    internal override void MapForTable(ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < x.Length; i++) y[i] = RationalCurves.Tanh(x[i]);
    }

    internal readonly struct Curve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => VectorMath.Tanh(x);
    }

    private protected override Func<double, double> Slope => x => 1 - Math.Tanh(x) * Math.Tanh(x);
}
