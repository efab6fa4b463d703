using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>Requantization of registers of eight sums, with AVX2.</summary>
static unsafe class Requantize256
{
    [MethodImpl(AggressiveInlining)]
    public static void One(Vector256<int> sums, float* multipliers, RequantizeConstants* constants, byte* output)
    {
        var steps = Steps(sums, multipliers);
        *(ulong*)output = Bytes(Avx2.PackSignedSaturate(steps, steps), constants).GetLower().AsUInt64().ToScalar();
    }

    [MethodImpl(AggressiveInlining)]
    public static void Two(Vector256<int> first, Vector256<int> second, float* multipliers, RequantizeConstants* constants, byte* firstOutput, byte* secondOutput)
    {
        var bytes = Bytes(Avx2.PackSignedSaturate(Steps(first, multipliers), Steps(second, multipliers + 8)), constants).GetLower();
        Sse2.StoreLow((double*)firstOutput, bytes.AsDouble());
        Sse2.StoreHigh((double*)secondOutput, bytes.AsDouble());
    }

    /// <summary>Four registers whose low halves belong to the first 16 bytes and whose high halves belong to the last.</summary>
    [MethodImpl(AggressiveInlining)]
    public static void Four(
        Vector256<int> first, Vector256<int> second, Vector256<int> third, Vector256<int> fourth, float* multipliers, RequantizeConstants* constants, byte* output)
    {
        var zeroPoint = Vector256.Load(constants->ZeroPoint);
        var low = Avx2.AddSaturate(Avx2.PackSignedSaturate(Steps(first, multipliers), Steps(second, multipliers + 8)), zeroPoint);
        var high = Avx2.AddSaturate(Avx2.PackSignedSaturate(Steps(third, multipliers + 16), Steps(fourth, multipliers + 24)), zeroPoint);
        Limit(Avx2.PackUnsignedSaturate(low, high), constants).Store(output);
    }

    [MethodImpl(AggressiveInlining)]
    static Vector256<int> Steps(Vector256<int> sums, float* multipliers)
    {
        var steps = Avx.Multiply(Avx.ConvertToVector256Single(sums), Vector256.Load(multipliers));
        return Avx.ConvertToVector256Int32(Avx.Min(steps, Vector256.Create(RequantizeConstants.HighestStep)));
    }

    /// <summary>What packing two registers gave has their halves by turns; here they come into order, as the lower 16 bytes of the result.</summary>
    [MethodImpl(AggressiveInlining)]
    static Vector256<byte> Bytes(Vector256<short> halves, RequantizeConstants* constants)
    {
        var steps = Avx2.AddSaturate(halves, Vector256.Load(constants->ZeroPoint));
        // [a0 b0 | a1 b1], four bytes each, twice: to [a0 a1 b0 b1].
        var bytes = Avx2.PackUnsignedSaturate(steps, steps);
        var ordered = Avx2.PermuteVar8x32(bytes.AsInt32(), Vector256.Create(0, 4, 1, 5, 0, 4, 1, 5)).AsByte();
        return Limit(ordered, constants);
    }

    [MethodImpl(AggressiveInlining)]
    static Vector256<byte> Limit(Vector256<byte> bytes, RequantizeConstants* constants) =>
        Avx2.Xor(
            Avx2.Max(Avx2.Min(bytes, Vector256.Load(constants->High)), Vector256.Load(constants->Low)),
            Vector256.Load(constants->Sign));
}
