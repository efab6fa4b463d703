using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>Requantization of registers of eight sums, with AVX2.</summary>
static unsafe class Requantize256
{
    [MethodImpl(AggressiveInlining)]
    public static void One(Vector256<int> sums, float* multipliers, RequantizeConstants* constants, bool clamps, byte* output)
    {
        var steps = Steps(sums, multipliers, clamps);
        var words = Avx2.AddSaturate(Avx2.PackSignedSaturate(steps, steps), Vector256.Load(constants->ZeroPoint));
        *(ulong*)output = Ordered(Avx2.PackUnsignedSaturate(words, words), constants).GetLower().AsUInt64().ToScalar();
    }

    [MethodImpl(AggressiveInlining)]
    public static void TwoByTwo(
        Vector256<int> first0, Vector256<int> second0, Vector256<int> first1, Vector256<int> second1, float* multipliers,
            RequantizeConstants* constants, bool clamps,
        byte* output, nint second, nint stride)
    {
        var zeroPoint = Vector256.Load(constants->ZeroPoint);
        var row0 = Avx2.PackSignedSaturate(Steps(first0, multipliers, clamps), Steps(second0, multipliers + 8, clamps));
        var row1 = Avx2.PackSignedSaturate(Steps(first1, multipliers, clamps), Steps(second1, multipliers + 8, clamps));
        var bytes = Ordered(Avx2.PackUnsignedSaturate(Avx2.AddSaturate(row0, zeroPoint), Avx2.AddSaturate(row1, zeroPoint)), constants);
        if (second == 8)
        {
            bytes.GetLower().Store(output);
            bytes.GetUpper().Store(output + stride);
        }
        else
        {
            // The second register begins with columns of the first; they are the same bytes.
            Sse2.StoreLow((double*)output, bytes.GetLower().AsDouble());
            Sse2.StoreHigh((double*)(output + second), bytes.GetLower().AsDouble());
            Sse2.StoreLow((double*)(output + stride), bytes.GetUpper().AsDouble());
            Sse2.StoreHigh((double*)(output + stride + second), bytes.GetUpper().AsDouble());
        }
    }

    /// <summary>Four registers whose low halves belong to the first 16 bytes and whose high halves belong to the last.</summary>
    [MethodImpl(AggressiveInlining)]
    public static void Four(
        Vector256<int> first, Vector256<int> second, Vector256<int> third, Vector256<int> fourth, float* multipliers,
            RequantizeConstants* constants, bool clamps,
        byte* output)
    {
        var zeroPoint = Vector256.Load(constants->ZeroPoint);
        var low = Avx2.PackSignedSaturate(Steps(first, multipliers, clamps), Steps(second, multipliers + 8, clamps));
        var high = Avx2.PackSignedSaturate(Steps(third, multipliers + 16, clamps), Steps(fourth, multipliers + 24, clamps));
        Limit(Avx2.PackUnsignedSaturate(Avx2.AddSaturate(low, zeroPoint), Avx2.AddSaturate(high, zeroPoint)), constants).Store(output);
    }

    [MethodImpl(AggressiveInlining)]
    static Vector256<int> Steps(Vector256<int> sums, float* multipliers, bool clamps)
    {
        var steps = Avx.Multiply(Avx.ConvertToVector256Single(sums), Vector256.Load(multipliers));
        return Avx.ConvertToVector256Int32(clamps ? Avx.Min(steps, Vector256.Create(RequantizeConstants.HighestStep)) : steps);
    }

    /// <summary>
    /// Packing twice leaves four bytes of each register in either half: from [a0 b0 c0 d0 | a1 b1 c1 d1] to [a0 a1 b0 b1 | c0 c1 d0 d1].
    /// </summary>
    [MethodImpl(AggressiveInlining)]
    static Vector256<byte> Ordered(Vector256<byte> bytes, RequantizeConstants* constants) =>
        Limit(Avx2.PermuteVar8x32(bytes.AsInt32(), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).AsByte(), constants);

    [MethodImpl(AggressiveInlining)]
    static Vector256<byte> Limit(Vector256<byte> bytes, RequantizeConstants* constants) =>
        Avx2.Xor(
            Avx2.Max(Avx2.Min(bytes, Vector256.Load(constants->High)), Vector256.Load(constants->Low)),
            Vector256.Load(constants->Sign));
}
