using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>Log</c>, since opset 6: the natural logarithm, for any shape.</summary>
sealed record Log : UnaryOperator
{
    public static Log From(Attributes attributes) => new();

    protected internal override double Definition(double x) => Math.Log(x);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, default(Curve));

    readonly struct Curve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => Vector.Log(x);
    }

    private protected override Func<double, double> Slope => x => 1 / x;
}
