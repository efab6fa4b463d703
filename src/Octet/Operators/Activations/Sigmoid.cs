using System.Numerics;
using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Operators;

/// <summary>ONNX <c>Sigmoid</c>, since opset 6: <c>y = 1 / (1 + e^−x)</c>, for any shape.</summary>
sealed record Sigmoid : UnaryOperator
{
    public static Sigmoid From(Attributes attributes) => new();

    public override ValueRange OutputRange => new(0, 1);

    internal override IntegerForm? InIntegers => new(new QLinearSigmoid(), OperandOrder.OutputLast) { IsFunction = true };

    /// <inheritdoc/>
    /// <remarks>1 / (1 + e⁸) = 0.0003 is less than a tenth of a step.</remarks>
    public override ValueRange UsedInput => ValueRange.Symmetric(8);

    protected internal override double Definition(double x) => 1 / (1 + Math.Exp(-x));

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, default(Curve));

    internal override void MapForTable(ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < x.Length; i++) y[i] = RationalCurves.Logistic(x[i]);
    }

    internal readonly struct Curve : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => VectorMath.Sigmoid(x);
    }

    private protected override Func<double, double> Slope => x => SlopeAt(1 / (1 + Math.Exp(-x)));

    private protected override bool HasFastGradient => true;

    private protected override void MapGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, Span<float> result) =>
        ElementWise.Map(x, upstream, result, default(GradientCurve));

    readonly struct GradientCurve : IBinaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x, Vector<float> upstream)
        {
            var y = VectorMath.Sigmoid(x);
            return upstream * y * (Vector<float>.One - y);
        }
    }

    static double SlopeAt(double y) => y * (1 - y);
}
