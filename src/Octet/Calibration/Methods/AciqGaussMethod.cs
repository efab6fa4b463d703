using Octet.Kernels;

namespace Octet.Calibration.Methods;

/// <summary>tpu-mlir's aciq-gauss: the limit that would be best if the values of a sample were normally distributed; its width is guessed
/// from the extremes.</summary>
/// <remarks>
/// The deviation σ that n normal values with these extremes are expected to have, times the limit with the least squared error for σ = 1,
/// which solves <c>α · (1 − erf(α / √2)) − √(2/π) · e^(−α²/2) + α / (3 · 4^bits) = 0</c>.
/// Source: Banner et al. 2019, arXiv:1810.05723, section 3; tpu-mlir, cali_math.py.
/// </remarks>
/// <param name="Bits">Of the integers; a plan sets those of the value.</param>
public sealed record AciqGaussMethod(int Bits = 8) : SampleThresholdMethod(Bits)
{
    /// <inheritdoc/>
    public override string Name => "aciq-gauss";

    /// <inheritdoc/>
    public override string Description => "the best limit for normally distributed values, sample by sample (tpu-mlir)";

    internal override double ThresholdOf(ReadOnlySpan<float> values)
    {
        var range = MinMax.Of(values);
        if (values.Length < 2) return range.Magnitude;
        var width = (double)range.High - range.Low;
        var deviation = width * 0.5 * 0.35 * (1 + Math.Sqrt(Math.PI * Math.Log(4))) / Math.Sqrt(2 * Math.Log(values.Length));
        return deviation * LimitForUnitDeviation(Bits);
    }

    /// <summary>By bisection: the slope of the error rises with α.</summary>
    internal static double LimitForUnitDeviation(int bits)
    {
        var (low, high) = (0.1, 16.0);
        while (high - low > 1e-12)
        {
            var middle = (low + high) / 2;
            var slope = middle * TwoSidedTail(middle) - Math.Sqrt(2 / Math.PI) * Math.Exp(-middle * middle / 2)
                + middle / (3 * Math.Pow(4, bits));
            if (slope < 0) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }

    /// <summary>The share of a normal distribution beyond ±x deviations, <c>1 − erf(x / √2)</c>.</summary>
    /// <remarks>The series of erf where it converges fast, the continued fraction of its complement beyond. Source: Abramowitz and Stegun,
    /// 7.1.6 and 26.2.14.</remarks>
    static double TwoSidedTail(double x)
    {
        if (x < 3)
        {
            var (term, sum) = (x, x);
            for (var n = 3; term > 1e-18 * sum; n += 2) sum += term *= x * x / n;
            return 1 - Math.Sqrt(2 / Math.PI) * Math.Exp(-x * x / 2) * sum;
        }
        var fraction = x;
        for (var n = 100; n > 0; n--) fraction = x + n / fraction;
        return Math.Sqrt(2 / Math.PI) * Math.Exp(-x * x / 2) / fraction;
    }
}
