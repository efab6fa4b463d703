using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>Gelu</c>, since opset 20: <c>y = x · Φ(x)</c> with Φ the normal distribution, for any shape.</summary>
/// <param name="ByTanh">Whether Φ is approximated: <c>Φ(x) ≈ (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2</c>.</param>
/// <remarks>Source: Hendrycks and Gimpel 2016, arXiv:1606.08415, section 2.</remarks>
sealed record Gelu(bool ByTanh) : UnaryOperator
{
    const float Cubic = 0.044715f;

    /// <summary>2 · √(2/π), for (1 + tanh(u)) / 2 is 1 / (1 + e^−2u).</summary>
    const float TwiceRoot = 1.5957691f;

    public static Gelu From(Attributes attributes) => attributes.String("approximate", fallback: "none") switch
    {
        "none" => new(ByTanh: false),
        "tanh" => new(ByTanh: true),
        var other => throw AttributeException.BadValue("approximate", other, "none, tanh"),
    };

    protected internal override double Definition(double x) =>
        ByTanh ? x / (1 + Math.Exp(-2 * Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) : x * RealMath.NormalShare(x);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        if (ByTanh) ElementWise.Map(x, y, default(TanhCurve));
        else ElementWise.Map(x, y, default(Curve));
    }

    readonly struct Curve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => x * VectorMath.NormalShare(x);
    }

    readonly struct TanhCurve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) =>
            x * VectorMath.Sigmoid(x * (x * x * (Cubic * TwiceRoot) + new Vector<float>(TwiceRoot)));
    }

    private protected override Func<double, double> Slope =>
        ByTanh ? SlopeByTanh : x => RealMath.NormalShare(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    static double SlopeByTanh(double x)
    {
        var twiceRoot = 2 * Math.Sqrt(2 / Math.PI);
        var share = 1 / (1 + Math.Exp(-twiceRoot * (x + 0.044715 * x * x * x)));
        return share + x * share * (1 - share) * twiceRoot * (1 + 3 * 0.044715 * x * x);
    }
}
