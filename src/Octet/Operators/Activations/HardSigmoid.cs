using System.Numerics;
using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Operators;

/// <summary>ONNX <c>HardSigmoid</c>, since opset 6: <c>y = max(0, min(1, alpha · x + beta))</c>, for any shape.</summary>
sealed record HardSigmoid(float Alpha, float Beta) : UnaryOperator
{
    public static HardSigmoid From(Attributes attributes) =>
        new(attributes.Float("alpha", fallback: 0.2f), attributes.Float("beta", fallback: 0.5f));

    public override ValueRange OutputRange => new(0, 1);

    protected internal override double Definition(double x) => Math.Clamp(Alpha * x + Beta, 0, 1);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, new Curve(Alpha, Beta));

    internal readonly struct Curve(float alpha, float beta) : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => VectorMath.Clamp(x * alpha + new Vector<float>(beta), 0f, 1f);
    }

    private protected override Func<double, double> Slope => x => Alpha * x + Beta is > 0 and < 1 ? Alpha : 0;
}
