using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>Bytes of even and of odd index in 16-bit lanes: what <c>vpmaddwd</c> multiplies exactly.</summary>
readonly record struct Words256(Vector256<short> Even, Vector256<short> Odd);

/// <summary>
/// AVX2 without VNNI: bytes are widened to 16 bits and multiplied by <c>vpmaddwd</c>, which is exact, where the shorter way by
/// <c>vpmaddubsw</c> saturates.
/// </summary>
readonly unsafe struct WideDotProduct256 : IDotProduct<Vector256<int>, Words256, Words256>
{
    public static int Lanes => 8;

    // Beside the sums: weights in two forms, bytes in two forms, and two products.
    public static int TileRows(int vectors) => Math.Max(1, (16 - 2 * vectors - 3) / vectors);

    public static int LowestByte => 0;

    [MethodImpl(AggressiveInlining)]
    public static Vector256<int> LoadSums(int* source) => Vector256.Load(source);

    [MethodImpl(AggressiveInlining)]
    public static void StoreSums(Vector256<int> sums, int* destination) => sums.Store(destination);

    [MethodImpl(AggressiveInlining)]
    public static Words256 Repeat(byte* source, bool flips) => Widen(VnniDotProduct.Repeat(source, flips));

    [MethodImpl(AggressiveInlining)]
    public static Words256 LoadWeights(sbyte* source)
    {
        var words = Vector256.Load((short*)source);
        return new(Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(words, 8), 8), Avx2.ShiftRightArithmetic(words, 8));
    }

    [MethodImpl(AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Words256 bytes, Words256 weights) =>
        sums + (Avx2.MultiplyAddAdjacent(bytes.Even, weights.Even) + Avx2.MultiplyAddAdjacent(bytes.Odd, weights.Odd));

    [MethodImpl(AggressiveInlining)]
    public static void Interleave(
        byte* source0, byte* source1, byte* source2, byte* source3, bool flips, out Words256 first, out Words256 second,
            out Words256 third, out Words256 fourth)
    {
        Interleaved256.Load(source0, source1, source2, source3, flips, out var bytes0, out var bytes1, out var bytes2, out var bytes3);
        (first, second, third, fourth) = (Widen(bytes0), Widen(bytes1), Widen(bytes2), Widen(bytes3));
    }

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

    [MethodImpl(AggressiveInlining)]
    static Words256 Widen(Vector256<byte> bytes) =>
        new((bytes & Vector256.Create((ushort)0xFF).AsByte()).AsInt16(), Avx2.ShiftRightLogical(bytes.AsInt16(), 8));
}
