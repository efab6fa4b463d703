using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>Celu</c>, since opset 12: <c>y = x</c> where x ≥ 0, else <c>alpha · (e^(x / alpha) − 1)</c>, for any shape.</summary>
sealed record Celu(float Alpha) : UnaryOperator
{
    public static Celu From(Attributes attributes)
    {
        var alpha = attributes.Float("alpha", fallback: 1f);
        return alpha > 0 ? new(alpha) : throw AttributeException.BadValue("alpha", alpha, "numbers above zero");
    }

    protected internal override double Definition(double x) => x < 0 ? Alpha * RealMath.ExpMinusOne(x / Alpha) : x;

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, new Curve(Alpha));

    readonly struct Curve(float alpha) : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) =>
            Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), VectorMath.ExpMinusOne(x / alpha) * alpha, x);
    }

    private protected override Func<double, double> Slope => x => x < 0 ? Math.Exp(x / Alpha) : 1;
}
