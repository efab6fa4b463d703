using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>HardSwish</c>, since opset 14: <c>y = x · max(0, min(1, x / 6 + 1/2))</c>, for any shape.</summary>
sealed record HardSwish : UnaryOperator
{
    public static HardSwish From(Attributes attributes) => new();

    protected internal override double Definition(double x) => x * Math.Clamp(x / 6 + 0.5, 0, 1);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, default(Curve));

    internal readonly struct Curve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => x * VectorMath.Clamp(x * (1f / 6f) + new Vector<float>(0.5f), 0f, 1f);
    }

    private protected override Func<double, double> Slope => x => x < -3 ? 0 : x < 3 ? x / 3 + 0.5 : 1;

    private protected override bool HasFastGradient => true;

    private protected override void MapGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, Span<float> result) =>
        ElementWise.Map(x, upstream, result, default(GradientCurve));

    readonly struct GradientCurve : IBinaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x, Vector<float> upstream)
        {
            var slope = Vector.ConditionalSelect(Vector.LessThan(x, new Vector<float>(3f)), x * (1f / 3f) + new Vector<float>(0.5f),
                Vector<float>.One);
            return upstream * Vector.ConditionalSelect(Vector.LessThan(x, new Vector<float>(-3f)), Vector<float>.Zero, slope);
        }
    }
}
