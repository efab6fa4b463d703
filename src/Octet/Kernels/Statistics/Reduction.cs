using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>The loops that all reductions share.</summary>
/// <remarks>
/// The order of additions depends on the shapes alone, not on the width of vectors: a row is always summed in as many lanes as 128 bytes
/// hold, and the lanes are joined two by two.
/// </remarks>
static class Reduction
{
    public const int LaneBytes = 128;

    /// <summary>Reduces a tensor along some axes.</summary>
    /// <param name="x">Elements in row-major order.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="isReduced">For each axis, whether all elements along it become one.</param>
    /// <param name="result">Receives what remains, in row-major order.</param>
    /// <param name="reduction">How elements become one.</param>
    public static void Run<T, TReduction>(ReadOnlySpan<T> x, Shape shape, ReadOnlySpan<bool> isReduced, Span<T> result,
        TReduction reduction)
        where T : unmanaged, INumber<T> where TReduction : struct, IReduction<T> =>
        Run(x, result, Broadcast.OfReduction(shape, isReduced), reduction);

    /// <summary>Reduces all dimensions in which <paramref name="resultShape"/> has extent 1 and <paramref name="shape"/> has
    /// more.</summary>
    public static void Run<T, TReduction>(ReadOnlySpan<T> x, Shape shape, Span<T> result, Shape resultShape, TReduction reduction)
        where T : unmanaged, INumber<T> where TReduction : struct, IReduction<T> =>
        Run(x, result, new Broadcast(shape, shape, resultShape), reduction);

    static void Run<T, TReduction>(ReadOnlySpan<T> x, Span<T> result, Broadcast rows, TReduction reduction)
        where T : unmanaged, INumber<T> where TReduction : struct, IReduction<T>
    {
        result.Fill(reduction.Empty);
        var (length, reducesRows) = (rows.RowLength, rows.RowStep.Y == 0);
        foreach (var row in rows)
        {
            var elements = x.Slice(row.Start, length);
            if (reducesRows) result[row.Y] = reduction.Join(result[row.Y], OfRow(elements, reduction));
            else ElementWise.Map(result.Slice(row.Y, length), elements, result.Slice(row.Y, length), new Sums<T, TReduction>(reduction));
        }
        var count = result.Length == 0 ? 0 : x.Length / result.Length;
        foreach (ref var sum in result) sum = reduction.Finish(sum, count);
    }

    /// <summary>The sum of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T OfRow<T, TReduction>(ReadOnlySpan<T> x, TReduction reduction) where T : unmanaged, INumber<T>
    where TReduction : struct, IReduction<T>
    {
        Span<T> lanes = stackalloc T[LaneBytes / Unsafe.SizeOf<T>()];
        lanes.Fill(reduction.Empty);
        var sums = MemoryMarshal.Cast<T, Vector<T>>(lanes);
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(x);
        var whole = x.Length / lanes.Length * sums.Length;
        // Two lanes at a time, because an addition takes several cycles but two can be under way.
        for (var lane = 0; lane < sums.Length; lane += 2)
        {
            var (first, second) = (sums[lane], sums[lane + 1]);
            for (var i = lane; i < whole; i += sums.Length)
                (first, second) = (reduction.Add(first, vectors[i]), reduction.Add(second, vectors[i + 1]));
            (sums[lane], sums[lane + 1]) = (first, second);
        }
        for (var i = whole; i < vectors.Length; i++) sums[i - whole] = reduction.Add(sums[i - whole], vectors[i]);
        for (int i = vectors.Length * Vector<T>.Count, lane = i % lanes.Length; i < x.Length; i++, lane++)
            lanes[lane] = reduction.Add(lanes[lane], x[i]);
        return JoinLanes(lanes, reduction);
    }

    /// <summary>One sum of the sums of all lanes, which are as many as <see cref="LaneBytes"/> hold.</summary>
    public static T JoinLanes<T, TReduction>(Span<T> lanes, TReduction reduction) where T : unmanaged, INumber<T>
        where TReduction : struct, IReduction<T>
    {
        for (var width = lanes.Length / 2; width > 0; width /= 2)
        {
            for (var lane = 0; lane < width; lane++) lanes[lane] = reduction.Join(lanes[lane], lanes[lane + width]);
        }
        return lanes[0];
    }

    readonly struct Sums<T, TReduction>(TReduction reduction)
        : IBinaryFunction<T> where T : unmanaged, INumber<T> where TReduction : struct, IReduction<T>
    {
        public Vector<T> Invoke(Vector<T> sum, Vector<T> x) => reduction.Add(sum, x);
    }
}
