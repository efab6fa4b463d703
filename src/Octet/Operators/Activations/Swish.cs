using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>Swish</c>, since opset 24: <c>y = x / (1 + e^(−alpha · x))</c>; with alpha 1 also known as SiLU, for any
/// shape.</summary>
sealed record Swish(float Alpha) : UnaryOperator
{
    public static Swish From(Attributes attributes) => new(attributes.Float("alpha", fallback: 1f));

    /// <summary><c>QuickGelu</c> of ONNX Runtime's domain: the same function, with the alpha that comes nearest to GELU.</summary>
    public static Swish QuickGeluFrom(Attributes attributes) => new(attributes.Float("alpha", fallback: 1.702f));

    protected internal override double Definition(double x) => x / (1 + Math.Exp(-Alpha * x));

    internal override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        if (Alpha == 1) ElementWise.Map(x, y, default(PlainCurve));
        else ElementWise.Map(x, y, new Curve(Alpha));
    }

    /// <summary>With alpha 1, as nearly every network has it.</summary>
    readonly struct PlainCurve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => x / (Vector<float>.One + VectorMath.NormalExp(-x));
    }

    readonly struct Curve(float alpha) : IUnaryFunction<float>
    {
        readonly Vector<float> _slope = new(-alpha);

        public Vector<float> Invoke(Vector<float> x) => x / (Vector<float>.One + VectorMath.NormalExp(x * _slope));
    }

    private protected override Func<double, double> Slope => x => SlopeAt(Alpha, x);

    static double SlopeAt(double alpha, double x)
    {
        var share = 1 / (1 + Math.Exp(-alpha * x));
        return share + alpha * x * share * (1 - share);
    }
}
