namespace Octet.Calibration.Methods;

/// <summary>tpu-mlir's aciq-laplace: the limit that would be best if the values of a sample followed a Laplace distribution.</summary>
/// <remarks>
/// The mean distance from the mean, times the limit with the least squared error for a distance of 1, which solves <c>α + ln α = ln(3 ·
/// 4^bits)</c>. Source: Banner et al. 2019, arXiv:1810.05723, section 3; tpu-mlir, cali_math.py.
/// </remarks>
/// <param name="Bits">Of the integers; a plan sets those of the value.</param>
public sealed record AciqLaplaceMethod(int Bits = 8) : SampleThresholdMethod(Bits)
{
    /// <inheritdoc/>
    public override string Name => "aciq-laplace";

    /// <inheritdoc/>
    public override string Description => "the best limit for values of a Laplace distribution, sample by sample (tpu-mlir)";

    internal override double ThresholdOf(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        var mean = sum / values.Length;
        var distances = 0.0;
        foreach (var value in values) distances += Math.Abs(value - mean);
        return distances / values.Length * LimitForUnitDistance(Bits);
    }

    /// <summary>Newton's method; the function is smooth and rises everywhere, so a few rounds reach the last bit.</summary>
    internal static double LimitForUnitDistance(int bits)
    {
        var wanted = Math.Log(3 * Math.Pow(4, bits));
        var limit = wanted;
        for (var round = 0; round < 20; round++) limit -= (limit + Math.Log(limit) - wanted) / (1 + 1 / limit);
        return limit;
    }
}
