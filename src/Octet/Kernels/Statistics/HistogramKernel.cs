using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Octet.Numerics;

namespace Octet.Kernels;

/// <summary>Counts values in equally wide bins on both sides of zero.</summary>
/// <remarks>
/// The bin of x is <c>⌊|x| · binsPerUnit⌋</c> on the side of its sign, so bins meet at zero; zero itself is in none.
/// The loop works in two stages. Vectors of bin numbers are written to a short list, from which AVX2 leaves out those of zeros, often half
/// of all after a ReLU. Then each number of the list is read and one counter raised: one store a cycle is what processors do at best, and
/// two sets of counters keep runs of equal numbers from waiting for each other. Numbers are read in pairs, since one 64-bit load costs less
/// than two of 32.
/// </remarks>
static unsafe class HistogramKernel
{
    /// <summary>Most values in one call, so that 32-bit counters cannot overflow and values stay in the second-level cache.</summary>
    public const int MaxLength = 1 << 16;

    /// <summary>Below this, clearing and adding up the two sets of counters costs more than they save.</summary>
    const int WorthwhileLength = 1024;

    const int ListLength = 2048;

    /// <summary>Adds the values to the counts of their bins.</summary>
    /// <param name="values">At most <see cref="MaxLength"/>, all within <paramref name="range"/>.</param>
    /// <param name="range">Tells which bins can be met; its magnitude times <paramref name="binsPerUnit"/> lies below the number of bins of
    /// a side.</param>
    /// <param name="binsPerUnit">One over the width of a bin; a power of two, so that the product is exact.</param>
    /// <param name="counts">Bins of negative values, outermost first, then those of positive ones, innermost first; an even number.</param>
    /// <returns>How many values were not zero.</returns>
    public static int Count(ReadOnlySpan<float> values, ValueRange range, float binsPerUnit, Span<long> counts)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(values.Length, MaxLength);
        if (values.Length < WorthwhileLength) return Reference(values, binsPerUnit, counts);

        // One bin more than there are, the last, takes what is not to be counted.
        var stride = (counts.Length + 1 + 15) & ~15;
        var center = counts.Length / 2;
        var first = center + Bin(Math.Min(range.Low, 0), binsPerUnit);
        var used = center + Bin(Math.Max(range.High, 0), binsPerUnit) + 1 - first;
        using var scratch = new Scratch<uint>(2 * stride);
        var even = scratch.Pointer;
        var odd = even + stride;
        new Span<uint>(even + first, used).Clear();
        new Span<uint>(odd + first, used).Clear();

        fixed (float* x = values) Count(x, values.Length, binsPerUnit, center, even, odd);
        return AddUp(even + first, odd + first, counts.Slice(first, used));
    }

    /// <summary>The definition.</summary>
    internal static int Reference(ReadOnlySpan<float> values, float binsPerUnit, Span<long> counts)
    {
        var counted = 0;
        foreach (var x in values)
        {
            if (x == 0) continue;
            counts[counts.Length / 2 + Bin(x, binsPerUnit)]++;
            counted++;
        }
        return counted;
    }

    /// <summary>0, 1, … for values from zero upwards; −1, −2, … downwards. The complement of a bin number is its mirror image.</summary>
    static int Bin(float x, float binsPerUnit)
    {
        var bin = (int)(MathF.Abs(x) * binsPerUnit);
        return x < 0 ? ~bin : bin;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Count(float* x, int length, float binsPerUnit, int center, uint* even, uint* odd)
    {
        var list = stackalloc int[ListLength + 2 * Vector256<int>.Count];
        for (var done = 0; done < length; done += ListLength)
        {
            var listed = List(x + done, Math.Min(ListLength, length - done), binsPerUnit, center, list);
            // The list is filled up to whole groups with a bin that is not read.
            for (var i = 0; i < 8; i++) list[listed + i] = 2 * center;
            var end = (ulong*)(list + ((listed + 7) & ~7));
            for (var pair = (ulong*)list; pair < end; pair += 4)
            {
                var (a, b, c, d) = (pair[0], pair[1], pair[2], pair[3]);
                even[(uint)a]++;
                odd[a >> 32]++;
                even[(uint)b]++;
                odd[b >> 32]++;
                even[(uint)c]++;
                odd[c >> 32]++;
                even[(uint)d]++;
                odd[d >> 32]++;
            }
        }
    }

    /// <summary>Writes the places of counters of up to <see cref="ListLength"/> values; those of zeros are left out, or are that of the
    /// last bin.</summary>
    /// <returns>How many were written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int List(float* x, int length, float binsPerUnit, int center, int* list)
    {
        var (listed, i) = Avx2.IsSupported
            ? ListWithoutZeros(x, length, binsPerUnit, center, list) : ListAll(x, length, binsPerUnit, center, list);
        for (; i < length; i++)
        {
            if (x[i] != 0) list[listed++] = center + Bin(x[i], binsPerUnit);
        }
        return listed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (int Listed, int Done) ListAll(float* x, int length, float binsPerUnit, int center, int* list)
    {
        var (scale, last) = (new Vector<float>(binsPerUnit), new Vector<float>(center - 1));
        var (middle, unread) = (new Vector<int>(center), new Vector<int>(2 * center));
        var i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var values = Vector.Load(x + i);
            // The minimum changes nothing; it keeps a wrong range, which is a bug, from writing outside the counters.
            var bins = Vector.ConvertToInt32Native(Vector.MinNative(Vector.Abs(values) * scale, last));
            var mirrored = bins ^ Vector.ShiftRightArithmetic(Vector.AsVectorInt32(values), 31);
            Vector.Store(Vector.ConditionalSelect(Vector.Equals(values, Vector<float>.Zero), unread, mirrored + middle), list + i);
        }
        return (i, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (int Listed, int Done) ListWithoutZeros(float* x, int length, float binsPerUnit, int center, int* list)
    {
        var (scale, last) = (Vector256.Create(binsPerUnit), Vector256.Create((float)(center - 1)));
        var middle = Vector256.Create(center);
        var lanes = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(NonZeroLanes));
        var (listed, i) = (0, 0);
        for (; i <= length - 8; i += 8)
        {
            var values = Vector256.Load(x + i);
            var bins = Vector256.ConvertToInt32Native(Vector256.MinNative(Vector256.Abs(values) * scale, last));
            var places = (bins ^ Vector256.ShiftRightArithmetic(values.AsInt32(), 31)) + middle;
            var zeros = Vector256.Equals(values, Vector256<float>.Zero).ExtractMostSignificantBits();
            Avx2.PermuteVar8x32(places, Avx2.ConvertToVector256Int32(lanes + 8 * zeros)).Store(list + listed);
            listed += 8 - BitOperations.PopCount(zeros);
        }
        return (listed, i);
    }

    /// <summary>For each set of lanes that hold zero, as bits: the numbers of the other lanes, in order, one a byte. Pinned, for the loop
    /// takes its address.</summary>
    static readonly ulong[] NonZeroLanes = ListNonZeroLanes();

    static ulong[] ListNonZeroLanes()
    {
        var table = GC.AllocateArray<ulong>(256, pinned: true);
        for (var zeros = 0; zeros < table.Length; zeros++)
        {
            var listed = 0;
            for (var lane = 0; lane < 8; lane++)
            {
                if ((zeros >> lane & 1) == 0) table[zeros] |= (ulong)lane << (8 * listed++);
            }
        }
        return table;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static int AddUp(uint* even, uint* odd, Span<long> counts)
    {
        var (i, sum) = (0, 0u);
        var sums = Vector<uint>.Zero;
        fixed (long* totals = counts)
        {
            for (; i <= counts.Length - Vector<uint>.Count; i += Vector<uint>.Count)
            {
                var both = Vector.Load(even + i) + Vector.Load(odd + i);
                sums += both;
                Vector.Widen(both, out var low, out var high);
                Vector.Store(Vector.Load(totals + i) + Vector.AsVectorInt64(low), totals + i);
                Vector.Store(Vector.Load(totals + i + Vector<long>.Count) + Vector.AsVectorInt64(high), totals + i + Vector<long>.Count);
            }
            for (; i < counts.Length; i++)
            {
                totals[i] += even[i] + odd[i];
                sum += even[i] + odd[i];
            }
        }
        return (int)(sum + Vector.Sum(sums));
    }
}
