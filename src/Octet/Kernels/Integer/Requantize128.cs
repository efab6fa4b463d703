using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>Requantization of registers of four sums, with what every machine has.</summary>
static unsafe class Requantize128
{
    [MethodImpl(AggressiveInlining)]
    public static void One(Vector128<int> sums, float* multipliers, RequantizeConstants* constants, byte* output)
    {
        var steps = Steps(sums, multipliers);
        *(uint*)output = Bytes(steps, steps, steps, steps, constants).AsUInt32().ToScalar();
    }

    [MethodImpl(AggressiveInlining)]
    public static void Two(Vector128<int> first, Vector128<int> second, float* multipliers, RequantizeConstants* constants, byte* firstOutput, byte* secondOutput)
    {
        var (low, high) = (Steps(first, multipliers), Steps(second, multipliers + 4));
        var bytes = Bytes(low, high, low, high, constants).AsUInt32();
        *(uint*)firstOutput = bytes.GetElement(0);
        *(uint*)secondOutput = bytes.GetElement(1);
    }

    [MethodImpl(AggressiveInlining)]
    public static void Four(
        Vector128<int> first, Vector128<int> second, Vector128<int> third, Vector128<int> fourth, float* multipliers, RequantizeConstants* constants, byte* output) =>
        Bytes(Steps(first, multipliers), Steps(second, multipliers + 4), Steps(third, multipliers + 8), Steps(fourth, multipliers + 12), constants).Store(output);

    [MethodImpl(AggressiveInlining)]
    static Vector128<int> Steps(Vector128<int> sums, float* multipliers)
    {
        var steps = Vector128.Round(Vector128.ConvertToSingle(sums) * Vector128.Load(multipliers));
        var limit = Vector128.Create(RequantizeConstants.HighestStep);
        return Vector128.ConvertToInt32(Vector128.Max(Vector128.Min(steps, limit), -limit));
    }

    [MethodImpl(AggressiveInlining)]
    static Vector128<byte> Bytes(Vector128<int> first, Vector128<int> second, Vector128<int> third, Vector128<int> fourth, RequantizeConstants* constants)
    {
        var zeroPoint = Vector128.Load(constants->ZeroPoint);
        var low = Vector128.AddSaturate(Vector128.NarrowWithSaturation(first, second), zeroPoint);
        var high = Vector128.AddSaturate(Vector128.NarrowWithSaturation(third, fourth), zeroPoint);
        var zero = Vector128<short>.Zero;
        var bytes = Vector128.NarrowWithSaturation(Vector128.Max(low, zero).AsUInt16(), Vector128.Max(high, zero).AsUInt16());
        return Vector128.Max(Vector128.Min(bytes, Vector128.Load(constants->High)), Vector128.Load(constants->Low)) ^ Vector128.Load(constants->Sign);
    }
}
