using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>LeakyRelu</c>, since opset 6: <c>y = x</c> where x ≥ 0, else <c>alpha · x</c>, for any shape.</summary>
sealed record LeakyRelu(float Alpha) : UnaryOperator
{
    public static LeakyRelu From(Attributes attributes) => new(attributes.Float("alpha", fallback: 0.01f));

    internal override IntegerForm? InIntegers => new(new QLinearLeakyRelu(Alpha), OperandOrder.OutputLast) { IsFunction = true };

    protected internal override double Definition(double x) => x < 0 ? Alpha * x : x;

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, new Curve(Alpha));

    readonly struct Curve(float alpha) : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), x * alpha, x);
    }

    private protected override Func<double, double> Slope => x => x > 0 ? 1 : Alpha;
}
