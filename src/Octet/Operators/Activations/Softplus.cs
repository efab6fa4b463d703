using System.Numerics;
using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Operators;

/// <summary>ONNX <c>Softplus</c>, since opset 1: <c>y = ln(1 + e^x)</c>, for any shape.</summary>
sealed record Softplus : UnaryOperator
{
    public static Softplus From(Attributes attributes) => new();

    public override ValueRange OutputRange => new(0, float.PositiveInfinity);

    protected internal override double Definition(double x) => Math.Max(x, 0) + RealMath.LogOnePlus(Math.Exp(-Math.Abs(x)));

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, default(Curve));

    readonly struct Curve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) =>
            Vector.MaxNative(Vector<float>.Zero, x) + VectorMath.LogOnePlus(VectorMath.Exp(-Vector.Abs(x)));
    }

    private protected override Func<double, double> Slope => x => 1 / (1 + Math.Exp(-x));
}
