using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>Round</c>, since opset 11: the nearest integer, of two the even one, for any shape.</summary>
sealed record Round : UnaryOperator
{
    public static Round From(Attributes attributes) => new();

    protected internal override double Definition(double x) => Math.Round(x, MidpointRounding.ToEven);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, default(Curve));

    readonly struct Curve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => Vector.Round(x, MidpointRounding.ToEven);
    }

    private protected override Func<double, double> Slope => _ => 0;
}
