using System.Numerics;
using System.Runtime.InteropServices;

namespace Octet.Calibration.Methods;

/// <summary>tpu-mlir's "mse": the limit of magnitudes with the least squared error, found by iteration, for each sample; their mean counts.</summary>
/// <remarks>
/// With u = 4 where nothing is negative and 1 elsewhere, iterates
/// <c>s' = Σ over |x| &gt; s of |x| / (4^−bits / (3u) · #(|x| ≤ s) + #(|x| &gt; s))</c> from the mean magnitude of what is not zero, at most 20 times.
/// Source: Sakr et al. 2022, arXiv:2206.06501, equation 6 (OCTAV); tpu-mlir, cali_math.py (threshold_mse).
/// </remarks>
/// <param name="Bits">Of the integers; a plan sets those of the value.</param>
public sealed record OctavMethod(int Bits = 8) : SampleThresholdMethod(Bits)
{
    const int MostIterations = 20;
    const double Enough = 1e-6;

    public override string Name => "octav";

    public override string Description => "the limit of magnitudes with the least squared error, sample by sample (tpu-mlir's mse)";

    internal override double ThresholdOf(ReadOnlySpan<float> values)
    {
        var smallest = float.PositiveInfinity;
        foreach (var value in values) smallest = Math.Min(smallest, value);
        var unsigned = Math.Abs(smallest) < 1e-6 ? 4 : 1;
        var rounding = Math.Pow(4, -Bits) / (3 * unsigned);

        var (sum, above) = Above(values, 0);
        var threshold = sum / above;
        for (var iteration = 0; iteration < MostIterations; iteration++)
        {
            (sum, above) = Above(values, threshold);
            var next = sum / (rounding * (values.Length - above) + above);
            if (Math.Abs(next - threshold) < Enough) break;
            threshold = next;
        }
        return threshold;
    }

    /// <summary>The sum and the number of the magnitudes above a limit.</summary>
    static (double Sum, long Count) Above(ReadOnlySpan<float> values, double limit)
    {
        // The least float whose magnitude is above the limit, so that floats can be compared.
        var least = (float)limit;
        if (least <= limit) least = MathF.BitIncrement(least);

        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var leasts = new Vector<float>(least);
        var (firstSum, secondSum, counts) = (Vector<double>.Zero, Vector<double>.Zero, Vector<int>.Zero);
        foreach (var vector in vectors)
        {
            var magnitudes = Vector.Abs(vector);
            var isAbove = Vector.GreaterThanOrEqual(magnitudes, leasts);
            counts -= isAbove;
            Vector.Widen(magnitudes & Vector.AsVectorSingle(isAbove), out var first, out var second);
            firstSum += first;
            secondSum += second;
        }
        var (sum, count) = (Vector.Sum(firstSum + secondSum), (long)Vector.Sum(counts));
        foreach (var value in values[(vectors.Length * Vector<float>.Count)..])
        {
            if (Math.Abs(value) < least) continue;
            sum += Math.Abs(value);
            count++;
        }
        return (sum, count);
    }
}
