using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>
/// AVX-VNNI: unsigned by signed bytes, four products added to each of eight sums in one instruction (<c>vpdpbusd</c>, which does not
/// saturate).
/// </summary>
readonly unsafe struct VnniDotProduct : IDotProduct<Vector256<int>, Vector256<byte>, Vector256<sbyte>>
{
    public static int Lanes => 8;

    // The instruction reaches sixteen registers.
    public static int TileRows(int vectors) => (16 - 1 - vectors) / vectors;

    public static int LowestByte => 0;

    [MethodImpl(AggressiveInlining)]
    public static Vector256<int> LoadSums(int* source) => Vector256.Load(source);

    [MethodImpl(AggressiveInlining)]
    public static void StoreSums(Vector256<int> sums, int* destination) => sums.Store(destination);

    [MethodImpl(AggressiveInlining)]
    public static Vector256<byte> Repeat(byte* source, bool flips)
    {
        var bytes = Vector256.Create(*(int*)source).AsByte();
        return flips ? bytes ^ Vector256.Create((byte)0x80) : bytes;
    }

    [MethodImpl(AggressiveInlining)]
    public static Vector256<sbyte> LoadWeights(sbyte* source) => Vector256.Load(source);

    [MethodImpl(AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<byte> bytes, Vector256<sbyte> weights) =>
        AvxVnni.MultiplyWideningAndAdd(sums, bytes, weights);

    [MethodImpl(AggressiveInlining)]
    public static void Interleave(
        byte* source0, byte* source1, byte* source2, byte* source3, bool flips,
        out Vector256<byte> first, out Vector256<byte> second, out Vector256<byte> third, out Vector256<byte> fourth) =>
        Interleaved256.Load(source0, source1, source2, source3, flips, out first, out second, out third, out fourth);

    public static int InterleavedIndex(int register, int lane) => Interleaved256.Index(register, lane);

    [MethodImpl(AggressiveInlining)]
    public static void Requantize1(Vector256<int> sums, float* multipliers, RequantizeConstants* constants, bool clamps, byte* output) =>
        Requantize256.One(sums, multipliers, constants, clamps, output);

    [MethodImpl(AggressiveInlining)]
    public static void Requantize2x2(
        Vector256<int> first0, Vector256<int> second0, Vector256<int> first1, Vector256<int> second1, float* multipliers,
            RequantizeConstants* constants, bool clamps,
        byte* output, nint second, nint stride) =>
        Requantize256.TwoByTwo(first0, second0, first1, second1, multipliers, constants, clamps, output, second, stride);

    [MethodImpl(AggressiveInlining)]
    public static void Requantize4(
        Vector256<int> first, Vector256<int> second, Vector256<int> third, Vector256<int> fourth, float* multipliers,
            RequantizeConstants* constants, bool clamps,
        byte* output) =>
        Requantize256.Four(first, second, third, fourth, multipliers, constants, clamps, output);
}

/// <summary>Bytes of four places side by side, with AVX2, whose instructions work on halves of 16 bytes.</summary>
static unsafe class Interleaved256
{
    [MethodImpl(AggressiveInlining)]
    public static void Load(
        byte* source0, byte* source1, byte* source2, byte* source3, bool flips,
        out Vector256<byte> first, out Vector256<byte> second, out Vector256<byte> third, out Vector256<byte> fourth)
    {
        var (bytes0, bytes1, bytes2, bytes3) = (Load(source0, flips), Load(source1, flips), Load(source2, flips), Load(source3, flips));
        var (low01, low23) = (Avx2.UnpackLow(bytes0, bytes1).AsUInt16(), Avx2.UnpackLow(bytes2, bytes3).AsUInt16());
        var (high01, high23) = (Avx2.UnpackHigh(bytes0, bytes1).AsUInt16(), Avx2.UnpackHigh(bytes2, bytes3).AsUInt16());
        (first, second) = (Avx2.UnpackLow(low01, low23).AsByte(), Avx2.UnpackHigh(low01, low23).AsByte());
        (third, fourth) = (Avx2.UnpackLow(high01, high23).AsByte(), Avx2.UnpackHigh(high01, high23).AsByte());
    }

    public static int Index(int register, int lane) => lane / 4 * 16 + register * 4 + lane % 4;

    [MethodImpl(AggressiveInlining)]
    static Vector256<byte> Load(byte* source, bool flips)
    {
        var bytes = Vector256.Load(source);
        return flips ? bytes ^ Vector256.Create((byte)0x80) : bytes;
    }
}
