using System.Numerics;
using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Operators;

/// <summary>ONNX <c>Exp</c>, since opset 6: <c>e^x</c>, for any shape.</summary>
sealed record Exp : UnaryOperator
{
    public static Exp From(Attributes attributes) => new();

    public override ValueRange OutputRange => new(0, float.PositiveInfinity);

    protected internal override double Definition(double x) => Math.Exp(x);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, default(Curve));

    internal readonly struct Curve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => VectorMath.Exp(x);
    }

    private protected override Func<double, double> Slope => Math.Exp;
}
