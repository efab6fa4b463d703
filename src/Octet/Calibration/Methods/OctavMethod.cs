using System.Numerics;
using System.Runtime.InteropServices;
using Octet.Kernels;

namespace Octet.Calibration.Methods;

/// <summary>tpu-mlir's "mse": the limit of magnitudes with the least squared error, found by iteration, for each sample; their mean
/// counts.</summary>
/// <remarks>
/// With u = 4 where nothing is negative and 1 elsewhere, iterates
/// <c>s' = Σ over |x| &gt; s of |x| / (4^−bits / (3u) · #(|x| ≤ s) + #(|x| &gt; s))</c> from the mean magnitude of what is not zero, at
/// most 20 times. Source: Sakr et al. 2022, arXiv:2206.06501, equation 6 (OCTAV); tpu-mlir, cali_math.py (threshold_mse).
/// </remarks>
/// <param name="Bits">Of the integers; a plan sets those of the value.</param>
public sealed record OctavMethod(int Bits = 8) : SampleThresholdMethod(Bits)
{
    const int MaxIterations = 20;
    const double Enough = 1e-6;

    /// <inheritdoc/>
    public override string Name => "octav";

    /// <inheritdoc/>
    public override string Description => "the limit of magnitudes with the least squared error, sample by sample (tpu-mlir's mse)";

    internal override double ThresholdOf(ReadOnlySpan<float> values)
    {
        var unsigned = Math.Abs(MinMax.Of(values).Low) < 1e-6 ? 4 : 1;
        var rounding = Math.Pow(4, -Bits) / (3 * unsigned);

        var (sum, above) = Above(values, 0);
        var threshold = sum / above;
        // The limit rises from the mean, and ever fewer values are above it: the others need not be looked at again.
        using var scratch = new Scratch<float>(values.Length);
        var candidates = values;
        var min = 0.0;
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            if (threshold < min)
            {
                candidates = values;
                min = 0;
            }
            (sum, above) = Above(candidates, threshold);
            if (above < candidates.Length / 2)
            {
                candidates = KeepAbove(candidates, threshold, scratch.Span);
                min = threshold;
            }
            var next = sum / (rounding * (values.Length - above) + above);
            if (Math.Abs(next - threshold) < Enough) break;
            threshold = next;
        }
        return threshold;
    }

    /// <summary>The values with magnitudes above a limit.</summary>
    /// <param name="values">May lie at the beginning of <paramref name="kept"/>.</param>
    /// <param name="limit">What is to be exceeded.</param>
    /// <param name="kept">Receives them; as long as the values at least.</param>
    static ReadOnlySpan<float> KeepAbove(ReadOnlySpan<float> values, double limit, Span<float> kept)
    {
        var (min, count) = (MinAbove(limit), 0);
        foreach (var value in values)
        {
            kept[count] = value;
            count += Math.Abs(value) >= min ? 1 : 0;
        }
        return kept[..count];
    }

    /// <summary>The least float above a limit, so that floats can be compared.</summary>
    static float MinAbove(double limit) => (float)limit is var near && near <= limit ? MathF.BitIncrement(near) : near;

    /// <summary>The sum and the number of the magnitudes above a limit.</summary>
    static (double Sum, long Count) Above(ReadOnlySpan<float> values, double limit)
    {
        var min = MinAbove(limit);
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        var leasts = new Vector<float>(min);
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
            if (Math.Abs(value) < min) continue;
            sum += Math.Abs(value);
            count++;
        }
        return (sum, count);
    }
}
