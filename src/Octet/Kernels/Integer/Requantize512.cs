using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>Requantization of registers of sixteen sums, with AVX-512.</summary>
static unsafe class Requantize512
{
    [MethodImpl(AggressiveInlining)]
    public static void One(Vector512<int> sums, float* multipliers, RequantizeConstants* constants, bool clamps, byte* output)
    {
        var steps = Steps(sums, multipliers, constants, clamps);
        Limit(steps, constants).Store(output);
    }

    [MethodImpl(AggressiveInlining)]
    public static void TwoByTwo(
        Vector512<int> first0, Vector512<int> second0, Vector512<int> first1, Vector512<int> second1, float* multipliers,
            RequantizeConstants* constants, bool clamps,
        byte* output, nint second, nint stride)
    {
        One(first0, multipliers, constants, clamps, output);
        One(second0, multipliers + 16, constants, clamps, output + second);
        One(first1, multipliers, constants, clamps, output + stride);
        One(second1, multipliers + 16, constants, clamps, output + stride + second);
    }

    /// <summary>Four registers whose quarters belong, by turns, to the four quarters of 64 bytes.</summary>
    [MethodImpl(AggressiveInlining)]
    public static void Four(
        Vector512<int> first, Vector512<int> second, Vector512<int> third, Vector512<int> fourth, float* multipliers,
            RequantizeConstants* constants, bool clamps, byte* output)
    {
        var zeroPoint = Vector512.Load(constants->ZeroPoint);
        var low = Avx512BW.AddSaturate(Avx512BW.PackSignedSaturate(Rounded(first, multipliers, clamps),
            Rounded(second, multipliers + 16, clamps)), zeroPoint);
        var high = Avx512BW.AddSaturate(Avx512BW.PackSignedSaturate(Rounded(third, multipliers + 32, clamps),
            Rounded(fourth, multipliers + 48, clamps)), zeroPoint);
        var bytes = Avx512BW.PackUnsignedSaturate(low, high);
        bytes = Avx512BW.Max(Avx512BW.Min(bytes, Vector512.Load(constants->High)), Vector512.Load(constants->Low));
        (bytes ^ Vector512.Load(constants->Sign)).Store(output);
    }

    [MethodImpl(AggressiveInlining)]
    static Vector512<int> Rounded(Vector512<int> sums, float* multipliers, bool clamps)
    {
        var steps = Avx512F.ConvertToVector512Single(sums) * Vector512.Load(multipliers);
        return Avx512F.ConvertToVector512Int32(clamps ? Avx512F.Min(steps, Vector512.Create(RequantizeConstants.HighestStep)) : steps);
    }

    [MethodImpl(AggressiveInlining)]
    static Vector128<byte> Steps(Vector512<int> sums, float* multipliers, RequantizeConstants* constants, bool clamps)
    {
        var words = Avx512F.ConvertToVector256Int16WithSaturation(Rounded(sums, multipliers, clamps));
        words = Avx2.AddSaturate(words, Vector256.Load(constants->ZeroPoint));
        return Sse2.PackUnsignedSaturate(words.GetLower(), words.GetUpper());
    }

    [MethodImpl(AggressiveInlining)]
    static Vector128<byte> Limit(Vector128<byte> bytes, RequantizeConstants* constants) =>
        Vector128.Max(Vector128.Min(bytes, Vector128.Load(constants->High)),
            Vector128.Load(constants->Low)) ^ Vector128.Load(constants->Sign);
}
