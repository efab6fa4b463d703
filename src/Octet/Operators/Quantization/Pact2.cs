using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// TI's PACT2, an activation that calibration or training has given a range: <c>y = min(max(x, Low), High)</c>. Its limits are the end
/// points of the integers that the value becomes, [−m, m] or [0, m]. Octet's own operator: an export writes it as Clip.
/// </summary>
sealed record Pact2(float Low, float High) : UnaryOperator
{
    public override ValueRange? LimitsOf(ReadOnlySpan<TensorInfo> inputs) => new(Low, High);

    protected internal override double Definition(double x) => Math.Min(Math.Max(x, Low), High);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, new Clip.Limits<float>(Low, High));

    private protected override Func<double, double> Slope => x => x >= Low && x <= High ? 1 : 0;

    private protected override bool HasFastGradient => true;

    private protected override void MapGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, Span<float> result) =>
        ElementWise.Map(x, upstream, result, new Clip.LimitsGradient<float>(Low, High));
}
