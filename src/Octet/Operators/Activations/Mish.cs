using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>Mish</c>, since opset 18: <c>y = x · tanh(ln(1 + e^x))</c>, for any shape.</summary>
sealed record Mish : UnaryOperator
{
    public static Mish From(Attributes attributes) => new();

    protected internal override double Definition(double x) => x * Math.Tanh(Math.Max(x, 0) + RealMath.LogOnePlus(Math.Exp(-Math.Abs(x))));

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, default(Curve));

    readonly struct Curve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x)
        {
            // With e = e^x the tanh is (e² + 2e) / (e² + 2e + 2); beyond 20 that is 1.
            var e = VectorMath.Exp(Vector.MinNative(new Vector<float>(20f), x));
            var m = e * (e + new Vector<float>(2f));
            return x * (m / (m + new Vector<float>(2f)));
        }
    }

    private protected override Func<double, double> Slope => SlopeAt;

    static double SlopeAt(double x)
    {
        var tanh = Math.Tanh(Math.Max(x, 0) + RealMath.LogOnePlus(Math.Exp(-Math.Abs(x))));
        return tanh + x * (1 - tanh * tanh) / (1 + Math.Exp(-x));
    }
}
