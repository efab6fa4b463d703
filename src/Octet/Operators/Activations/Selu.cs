using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>Selu</c>, since opset 6: <c>y = gamma · x</c> where x > 0, else <c>gamma · alpha · (e^x − 1)</c>, for any
/// shape.</summary>
sealed record Selu(float Alpha, float Gamma) : UnaryOperator
{
    public static Selu From(Attributes attributes) =>
        new(attributes.Float("alpha", fallback: 1.67326319f), attributes.Float("gamma", fallback: 1.05070102f));

    protected internal override double Definition(double x) => Gamma * (x < 0 ? Alpha * RealMath.ExpMinusOne(x) : x);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, new Curve(Alpha, Gamma));

    readonly struct Curve(float alpha, float gamma) : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) =>
            gamma * Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), VectorMath.ExpMinusOne(x) * alpha, x);
    }

    private protected override Func<double, double> Slope => x => Gamma * (x < 0 ? Alpha * Math.Exp(x) : 1);
}
