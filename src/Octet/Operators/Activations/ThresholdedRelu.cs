using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>ThresholdedRelu</c>, since opset 10: <c>y = x</c> where x > alpha, else 0, for any shape.</summary>
sealed record ThresholdedRelu(float Alpha) : UnaryOperator
{
    public static ThresholdedRelu From(Attributes attributes) => new(attributes.Float("alpha", fallback: 1f));

    protected internal override double Definition(double x) => x > Alpha ? x : 0;

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, new Curve(Alpha));

    readonly struct Curve(float alpha) : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) =>
            Vector.ConditionalSelect(Vector.GreaterThan(x, new Vector<float>(alpha)), x, Vector<float>.Zero);
    }

    private protected override Func<double, double> Slope => x => x > Alpha ? 1 : 0;
}
