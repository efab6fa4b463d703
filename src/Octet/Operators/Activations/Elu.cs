using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>Elu</c>, since opset 6: <c>y = x</c> where x ≥ 0, else <c>alpha · (e^x − 1)</c>, for any shape.</summary>
sealed record Elu(float Alpha) : UnaryOperator
{
    public static Elu From(Attributes attributes) => new(attributes.Float("alpha", fallback: 1f));

    protected internal override double Definition(double x) => x < 0 ? Alpha * RealMath.ExpMinusOne(x) : x;

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, new Curve(Alpha));

    readonly struct Curve(float alpha) : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) =>
            Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), VectorMath.ExpMinusOne(x) * alpha, x);
    }

    private protected override Func<double, double> Slope => x => x < 0 ? Alpha * Math.Exp(x) : 1;
}
