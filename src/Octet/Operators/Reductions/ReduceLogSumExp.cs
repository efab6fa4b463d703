using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>ReduceLogSumExp</c>, since opset 1; axes are an input since 18: <c>ln Σ e^x</c> along axes, as <c>m + ln Σ e^(x − m)</c> with m
/// the greatest element, so that nothing overflows. Of nothing it is −∞.
/// </summary>
sealed record ReduceLogSumExp(ReducedAxes Axes) : ReductionOperator(Axes)
{
    public static ReduceLogSumExp From(Attributes attributes) => new(ReducedAxes.From(attributes));

    protected override void Reduce<T>(ReadOnlySpan<T> x, Shape shape, ReadOnlySpan<bool> isReduced, Span<T> result)
    {
        using var greatest = new Scratch<double>(result.Length);
        using var sums = new Scratch<double>(result.Length);
        greatest.Span.Fill(double.NegativeInfinity);
        sums.Span.Clear();

        var rows = Broadcast.OfReduction(shape, isReduced);
        var step = rows.RowStep.Y;
        foreach (var row in rows)
        {
            for (var i = 0; i < rows.RowLength; i++)
            {
                ref var m = ref greatest.Span[row.Y + i * step];
                m = Math.Max(m, double.CreateTruncating(x[row.Start + i]));
            }
        }
        foreach (var row in rows)
        {
            for (var i = 0; i < rows.RowLength; i++)
            {
                sums.Span[row.Y + i * step] += Math.Exp(double.CreateTruncating(x[row.Start + i])
                    - Finite(greatest.Span[row.Y + i * step]));
            }
        }
        for (var i = 0; i < result.Length; i++) result[i] = T.CreateSaturating(Finite(greatest.Span[i]) + Math.Log(sums.Span[i]));
    }

    /// <summary>Infinity minus infinity would be no number.</summary>
    static double Finite(double x) => double.IsFinite(x) ? x : 0;

    internal override GradientFacts Gradient => new(GradientReads.Inputs | GradientReads.Outputs, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass) =>
        BackwardOfElements<T>(pass, (x, result, upstream) => T.Exp(x - result) * upstream);
}
