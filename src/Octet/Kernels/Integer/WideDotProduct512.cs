using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>Bytes of even and of odd index in 16-bit lanes.</summary>
readonly record struct Words512(Vector512<short> Even, Vector512<short> Odd);

/// <summary>AVX-512 without VNNI: as <see cref="WideDotProduct256"/>, with registers of twice the width and twice as many.</summary>
readonly unsafe struct WideDotProduct512 : IDotProduct<Vector512<int>, Words512, Words512>
{
    public static int Lanes => 16;

    public static int TileRows(int vectors) => (32 - 2 * vectors - 4) / vectors;

    public static int LowestByte => 0;

    [MethodImpl(AggressiveInlining)]
    public static Vector512<int> LoadSums(int* source) => Vector512.Load(source);

    [MethodImpl(AggressiveInlining)]
    public static void StoreSums(Vector512<int> sums, int* destination) => sums.Store(destination);

    [MethodImpl(AggressiveInlining)]
    public static Words512 Repeat(byte* source, bool flips)
    {
        var bytes = Vector512.Create(*(int*)source).AsByte();
        return Widen(flips ? bytes ^ Vector512.Create((byte)0x80) : bytes);
    }

    [MethodImpl(AggressiveInlining)]
    public static Words512 LoadWeights(sbyte* source)
    {
        var words = Vector512.Load((short*)source);
        return new(Avx512BW.ShiftRightArithmetic(Avx512BW.ShiftLeftLogical(words, 8), 8), Avx512BW.ShiftRightArithmetic(words, 8));
    }

    [MethodImpl(AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> sums, Words512 bytes, Words512 weights) =>
        sums + (Avx512BW.MultiplyAddAdjacent(bytes.Even, weights.Even) + Avx512BW.MultiplyAddAdjacent(bytes.Odd, weights.Odd));

    [MethodImpl(AggressiveInlining)]
    public static void Interleave(
        byte* source0, byte* source1, byte* source2, byte* source3, bool flips, out Words512 first, out Words512 second,
            out Words512 third, out Words512 fourth)
    {
        var (bytes0, bytes1, bytes2, bytes3) = (Load(source0, flips), Load(source1, flips), Load(source2, flips), Load(source3, flips));
        var (low01, low23) = (Avx512BW.UnpackLow(bytes0, bytes1).AsUInt16(), Avx512BW.UnpackLow(bytes2, bytes3).AsUInt16());
        var (high01, high23) = (Avx512BW.UnpackHigh(bytes0, bytes1).AsUInt16(), Avx512BW.UnpackHigh(bytes2, bytes3).AsUInt16());
        (first, second) = (Widen(Avx512BW.UnpackLow(low01, low23).AsByte()), Widen(Avx512BW.UnpackHigh(low01, low23).AsByte()));
        (third, fourth) = (Widen(Avx512BW.UnpackLow(high01, high23).AsByte()), Widen(Avx512BW.UnpackHigh(high01, high23).AsByte()));
    }

    public static int InterleavedIndex(int register, int lane) => Interleaved256.Index(register, lane);

    [MethodImpl(AggressiveInlining)]
    public static void Requantize1(Vector512<int> sums, float* multipliers, RequantizeConstants* constants, bool clamps, byte* output) =>
        Requantize512.One(sums, multipliers, constants, clamps, output);

    [MethodImpl(AggressiveInlining)]
    public static void Requantize2x2(
        Vector512<int> first0, Vector512<int> second0, Vector512<int> first1, Vector512<int> second1, float* multipliers,
            RequantizeConstants* constants, bool clamps,
        byte* output, nint second, nint stride) =>
        Requantize512.TwoByTwo(first0, second0, first1, second1, multipliers, constants, clamps, output, second, stride);

    [MethodImpl(AggressiveInlining)]
    public static void Requantize4(
        Vector512<int> first, Vector512<int> second, Vector512<int> third, Vector512<int> fourth, float* multipliers,
            RequantizeConstants* constants, bool clamps,
        byte* output) =>
        Requantize512.Four(first, second, third, fourth, multipliers, constants, clamps, output);

    [MethodImpl(AggressiveInlining)]
    static Vector512<byte> Load(byte* source, bool flips)
    {
        var bytes = Vector512.Load(source);
        return flips ? bytes ^ Vector512.Create((byte)0x80) : bytes;
    }

    [MethodImpl(AggressiveInlining)]
    static Words512 Widen(Vector512<byte> bytes) =>
        new((bytes & Vector512.Create((ushort)0xFF).AsByte()).AsInt16(), Avx512BW.ShiftRightLogical(bytes.AsInt16(), 8));
}
