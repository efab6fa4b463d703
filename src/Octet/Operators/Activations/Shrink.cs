using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>Shrink</c>, since opset 9: <c>x + bias</c> below −lambda, <c>x − bias</c> above lambda, 0 between them; for any
/// shape.</summary>
sealed record Shrink(float Lambda, float Bias) : UnaryOperator
{
    public static Shrink From(Attributes attributes) =>
        new(attributes.Float("lambd", fallback: 0.5f), attributes.Float("bias", fallback: 0f));

    protected internal override double Definition(double x) => x < -Lambda ? x + Bias : x > Lambda ? x - Bias : 0;

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, new Curve(Lambda, Bias));

    readonly struct Curve(float lambda, float bias) : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x)
        {
            var offset = new Vector<float>(bias);
            var above = Vector.ConditionalSelect(Vector.GreaterThan(x, new Vector<float>(lambda)), x - offset, Vector<float>.Zero);
            return Vector.ConditionalSelect(Vector.LessThan(x, new Vector<float>(-lambda)), x + offset, above);
        }
    }

    private protected override Func<double, double> Slope => x => x < -Lambda || x > Lambda ? 1 : 0;
}
