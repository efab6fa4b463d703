using System.Numerics;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Clip</c>, opsets 6 to 10, with limits that are attributes: <c>y = min(max(x, low), high)</c>, for any shape.</summary>
sealed record ClipToConstants(float Low, float High) : UnaryOperator
{
    public static ClipToConstants From(Attributes attributes) =>
        new(attributes.Float("min", fallback: float.MinValue), attributes.Float("max", fallback: float.MaxValue));

    public override ValueRange? LimitsOf(ReadOnlySpan<TensorInfo> inputs) => new(Low, High);

    public override bool KeepsNonNegative => High >= 0;

    public override string OpType => nameof(Clip);

    protected internal override double Definition(double x) => Math.Min(Math.Max(x, Low), High);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, new Clip.Limits<float>(Low, High));

    private protected override Func<double, double> Slope => x => x >= Low && x <= High ? 1 : 0;

    private protected override bool HasFastGradient => true;

    private protected override void MapGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, Span<float> result) =>
        ElementWise.Map(x, upstream, result, new Clip.LimitsGradient<float>(Low, High));
}
