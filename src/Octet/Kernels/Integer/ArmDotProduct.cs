using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>The dot product of Arm (<c>sdot</c>): signed by signed bytes, so uint8 is read as x − 128.</summary>
readonly unsafe struct ArmDotProduct : IDotProduct<Vector128<int>, Vector128<sbyte>, Vector128<sbyte>>
{
    public static int Lanes => 4;

    public static int TileRows(int vectors) => (32 - 2 - vectors) / vectors;

    public static int LowestByte => sbyte.MinValue;

    [MethodImpl(AggressiveInlining)]
    public static Vector128<int> LoadSums(int* source) => Vector128.Load(source);

    [MethodImpl(AggressiveInlining)]
    public static void StoreSums(Vector128<int> sums, int* destination) => sums.Store(destination);

    [MethodImpl(AggressiveInlining)]
    public static Vector128<sbyte> Repeat(byte* source, bool flips) => Flip(Vector128.Create(*(int*)source).AsByte(), flips).AsSByte();

    [MethodImpl(AggressiveInlining)]
    public static Vector128<sbyte> LoadWeights(sbyte* source) => Vector128.Load(source);

    [MethodImpl(AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> sums, Vector128<sbyte> bytes, Vector128<sbyte> weights) =>
        Dp.DotProduct(sums, bytes, weights);

    [MethodImpl(AggressiveInlining)]
    public static void Interleave(
        byte* source0, byte* source1, byte* source2, byte* source3, bool flips,
        out Vector128<sbyte> first, out Vector128<sbyte> second, out Vector128<sbyte> third, out Vector128<sbyte> fourth)
    {
        var (bytes0, bytes1) = (Flip(Vector128.Load(source0), flips), Flip(Vector128.Load(source1), flips));
        var (bytes2, bytes3) = (Flip(Vector128.Load(source2), flips), Flip(Vector128.Load(source3), flips));
        var (low01, low23) = (AdvSimd.Arm64.ZipLow(bytes0, bytes1).AsUInt16(), AdvSimd.Arm64.ZipLow(bytes2, bytes3).AsUInt16());
        var (high01, high23) = (AdvSimd.Arm64.ZipHigh(bytes0, bytes1).AsUInt16(), AdvSimd.Arm64.ZipHigh(bytes2, bytes3).AsUInt16());
        (first, second) = (AdvSimd.Arm64.ZipLow(low01, low23).AsSByte(), AdvSimd.Arm64.ZipHigh(low01, low23).AsSByte());
        (third, fourth) = (AdvSimd.Arm64.ZipLow(high01, high23).AsSByte(), AdvSimd.Arm64.ZipHigh(high01, high23).AsSByte());
    }

    public static int InterleavedIndex(int register, int lane) => register * 4 + lane;

    [MethodImpl(AggressiveInlining)]
    public static void Requantize1(Vector128<int> sums, float* multipliers, RequantizeConstants* constants, bool clamps, byte* output) =>
        Requantize128.One(sums, multipliers, constants, clamps, output);

    [MethodImpl(AggressiveInlining)]
    public static void Requantize2x2(
        Vector128<int> first0, Vector128<int> second0, Vector128<int> first1, Vector128<int> second1, float* multipliers,
            RequantizeConstants* constants, bool clamps,
        byte* output, nint second, nint stride) =>
        Requantize128.TwoByTwo(first0, second0, first1, second1, multipliers, constants, clamps, output, second, stride);

    [MethodImpl(AggressiveInlining)]
    public static void Requantize4(
        Vector128<int> first, Vector128<int> second, Vector128<int> third, Vector128<int> fourth, float* multipliers,
            RequantizeConstants* constants, bool clamps,
        byte* output) =>
        Requantize128.Four(first, second, third, fourth, multipliers, constants, clamps, output);

    [MethodImpl(AggressiveInlining)]
    static Vector128<byte> Flip(Vector128<byte> bytes, bool flips) => flips ? bytes ^ Vector128.Create((byte)0x80) : bytes;
}
