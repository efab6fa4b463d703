namespace Octet.Operators;

/// <summary>The trigonometric and hyperbolic functions of ONNX, for any shape: computed in float64, because they are rare in
/// networks.</summary>
/// <param name="OpType">The function's name in ONNX.</param>
/// <param name="Function">What it computes.</param>
/// <param name="Derivative">Its derivative; null for a function without a gradient.</param>
sealed record RealFunction(string OpType, Func<double, double> Function, Func<double, double>? Derivative = null) : UnaryOperator
{
    public override string OpType { get; } = OpType;

    protected internal override double Definition(double x) => Function(x);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < x.Length; i++) y[i] = (float)Function(x[i]);
    }

    private protected override Func<double, double>? Slope => Derivative;
}
