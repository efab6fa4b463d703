using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Octet.Benchmarks;

/// <summary>What one core could reach at most: the yardstick for all kernels that multiply and add.</summary>
static class Peak
{
    const int Rounds = 1_000_000;
    const int Chains = 10;

    static float s_result;

    /// <summary>Billions of multiplications and additions a second, with the widest vectors and no memory.</summary>
    public static double MeasureGigaflops()
    {
        var lanes = Vector512.IsHardwareAccelerated ? 16 : 8;
        var best = double.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var start = Stopwatch.GetTimestamp();
            s_result = lanes == 16 ? Chain512() : Chain256();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return 2.0 * Rounds * Chains * lanes / best / 1e9;
    }

    // Ten chains: more than the latency of one operation times the operations that start at once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Chain256()
    {
        Vector256<float> one = Vector256.Create(1f), half = Vector256.Create(0.5f);
        Vector256<float> a = one, b = one, c = one, d = one, e = one, f = one, g = one, h = one, i = one, j = one;
        for (var round = 0; round < Rounds; round++)
        {
            a = Vector256.FusedMultiplyAdd(a, half, one);
            b = Vector256.FusedMultiplyAdd(b, half, one);
            c = Vector256.FusedMultiplyAdd(c, half, one);
            d = Vector256.FusedMultiplyAdd(d, half, one);
            e = Vector256.FusedMultiplyAdd(e, half, one);
            f = Vector256.FusedMultiplyAdd(f, half, one);
            g = Vector256.FusedMultiplyAdd(g, half, one);
            h = Vector256.FusedMultiplyAdd(h, half, one);
            i = Vector256.FusedMultiplyAdd(i, half, one);
            j = Vector256.FusedMultiplyAdd(j, half, one);
        }
        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Chain512()
    {
        Vector512<float> one = Vector512.Create(1f), half = Vector512.Create(0.5f);
        Vector512<float> a = one, b = one, c = one, d = one, e = one, f = one, g = one, h = one, i = one, j = one;
        for (var round = 0; round < Rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(a, half, one);
            b = Vector512.FusedMultiplyAdd(b, half, one);
            c = Vector512.FusedMultiplyAdd(c, half, one);
            d = Vector512.FusedMultiplyAdd(d, half, one);
            e = Vector512.FusedMultiplyAdd(e, half, one);
            f = Vector512.FusedMultiplyAdd(f, half, one);
            g = Vector512.FusedMultiplyAdd(g, half, one);
            h = Vector512.FusedMultiplyAdd(h, half, one);
            i = Vector512.FusedMultiplyAdd(i, half, one);
            j = Vector512.FusedMultiplyAdd(j, half, one);
        }
        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j);
    }
}
