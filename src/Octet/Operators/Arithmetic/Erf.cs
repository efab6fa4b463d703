using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>Erf</c>, since opset 9: the error function, <c>2 / √π · ∫₀ˣ e^−t² dt</c>, for any shape.</summary>
sealed record Erf : UnaryOperator
{
    public static Erf From(Attributes attributes) => new();

    protected internal override double Definition(double x) => RealMath.Erf(x);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, default(Curve));

    readonly struct Curve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => VectorMath.Erf(x);
    }

    private protected override Func<double, double> Slope => x => 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x);
}
