using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>Four bytes for each of four sums, each byte in a 32-bit lane of its own.</summary>
readonly record struct Quads128(Vector128<int> First, Vector128<int> Second, Vector128<int> Third, Vector128<int> Fourth);

/// <summary>What every machine has: products of 32-bit integers, four at a time.</summary>
readonly unsafe struct PortableDotProduct : IDotProduct<Vector128<int>, Quads128, Quads128>
{
    public static int Lanes => 4;

    public static int TileRows(int vectors) => vectors == 1 ? 4 : 2;

    public static int LowestByte => 0;

    [MethodImpl(AggressiveInlining)]
    public static Vector128<int> LoadSums(int* source) => Vector128.Load(source);

    [MethodImpl(AggressiveInlining)]
    public static void StoreSums(Vector128<int> sums, int* destination) => sums.Store(destination);

    [MethodImpl(AggressiveInlining)]
    public static Quads128 Repeat(byte* source, bool flips)
    {
        var flip = flips ? 0x80 : 0;
        return new(
            Vector128.Create(source[0] ^ flip), Vector128.Create(source[1] ^ flip),
            Vector128.Create(source[2] ^ flip), Vector128.Create(source[3] ^ flip));
    }

    [MethodImpl(AggressiveInlining)]
    public static Quads128 LoadWeights(sbyte* source)
    {
        var quads = Vector128.Load((int*)source);
        return new(Vector128.ShiftLeft(quads, 24) >> 24, Vector128.ShiftLeft(quads, 16) >> 24, Vector128.ShiftLeft(quads, 8) >> 24,
            quads >> 24);
    }

    [MethodImpl(AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> sums, Quads128 bytes, Quads128 weights) =>
        sums + (bytes.First * weights.First + bytes.Second * weights.Second)
        + (bytes.Third * weights.Third + bytes.Fourth * weights.Fourth);

    [MethodImpl(AggressiveInlining)]
    public static void Interleave(
        byte* source0, byte* source1, byte* source2, byte* source3, bool flips, out Quads128 first, out Quads128 second,
            out Quads128 third, out Quads128 fourth)
    {
        first = Quads(source0, source1, source2, source3, 0, flips);
        second = Quads(source0, source1, source2, source3, 4, flips);
        third = Quads(source0, source1, source2, source3, 8, flips);
        fourth = Quads(source0, source1, source2, source3, 12, flips);
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
    static Quads128 Quads(byte* source0, byte* source1, byte* source2, byte* source3, int start, bool flips) =>
        new(Widen(source0 + start, flips), Widen(source1 + start, flips), Widen(source2 + start, flips), Widen(source3 + start, flips));

    [MethodImpl(AggressiveInlining)]
    static Vector128<int> Widen(byte* source, bool flips)
    {
        var bytes = Vector128.CreateScalar(*(uint*)source ^ (flips ? 0x80808080 : 0)).AsByte();
        return Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32();
    }
}
