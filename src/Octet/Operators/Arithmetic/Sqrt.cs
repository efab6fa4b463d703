using System.Numerics;
using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Operators;

/// <summary>ONNX <c>Sqrt</c>, since opset 6: the square root, NaN for negative elements, for any shape.</summary>
sealed record Sqrt : UnaryOperator
{
    public static Sqrt From(Attributes attributes) => new();

    public override ValueRange OutputRange => new(0, float.PositiveInfinity);

    protected internal override double Definition(double x) => Math.Sqrt(x);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, default(Curve));

    readonly struct Curve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => Vector.SquareRoot(x);
    }

    private protected override Func<double, double> Slope => x => 0.5 / Math.Sqrt(x);
}
