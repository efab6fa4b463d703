using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>
/// Requantization of registers of four sums, with what every machine has. Always clamps: conversions differ in what they make of numbers
/// beyond int32.
/// </summary>
static unsafe class Requantize128
{
    [MethodImpl(AggressiveInlining)]
    public static void One(Vector128<int> sums, float* multipliers, RequantizeConstants* constants, bool clamps, byte* output)
    {
        var steps = Steps(sums, multipliers);
        *(uint*)output = Bytes(steps, steps, steps, steps, constants).AsUInt32().ToScalar();
    }

    [MethodImpl(AggressiveInlining)]
    public static void TwoByTwo(
        Vector128<int> first0, Vector128<int> second0, Vector128<int> first1, Vector128<int> second1, float* multipliers,
            RequantizeConstants* constants, bool clamps,
        byte* output, nint second, nint stride)
    {
        var bytes = Bytes(
            Steps(first0, multipliers), Steps(second0, multipliers + 4), Steps(first1, multipliers), Steps(second1, multipliers + 4),
                constants).AsUInt32();
        *(uint*)output = bytes.GetElement(0);
        *(uint*)(output + second) = bytes.GetElement(1);
        *(uint*)(output + stride) = bytes.GetElement(2);
        *(uint*)(output + stride + second) = bytes.GetElement(3);
    }

    [MethodImpl(AggressiveInlining)]
    public static void Four(
        Vector128<int> first, Vector128<int> second, Vector128<int> third, Vector128<int> fourth, float* multipliers,
            RequantizeConstants* constants, bool clamps, byte* output) =>
        Bytes(Steps(first, multipliers), Steps(second, multipliers + 4), Steps(third, multipliers + 8), Steps(fourth, multipliers + 12),
            constants).Store(output);

    [MethodImpl(AggressiveInlining)]
    static Vector128<int> Steps(Vector128<int> sums, float* multipliers)
    {
        var steps = Vector128.Round(Vector128.ConvertToSingle(sums) * Vector128.Load(multipliers));
        var limit = Vector128.Create(RequantizeConstants.HighestStep);
        return Vector128.ConvertToInt32(Vector128.Max(Vector128.Min(steps, limit), -limit));
    }

    [MethodImpl(AggressiveInlining)]
    static Vector128<byte> Bytes(Vector128<int> first, Vector128<int> second, Vector128<int> third, Vector128<int> fourth,
        RequantizeConstants* constants)
    {
        var zeroPoint = Vector128.Load(constants->ZeroPoint);
        var low = Vector128.AddSaturate(Vector128.NarrowWithSaturation(first, second), zeroPoint);
        var high = Vector128.AddSaturate(Vector128.NarrowWithSaturation(third, fourth), zeroPoint);
        var zero = Vector128<short>.Zero;
        var bytes = Vector128.NarrowWithSaturation(Vector128.Max(low, zero).AsUInt16(), Vector128.Max(high, zero).AsUInt16());
        return Vector128.Max(Vector128.Min(bytes, Vector128.Load(constants->High)),
            Vector128.Load(constants->Low)) ^ Vector128.Load(constants->Sign);
    }
}
