using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Octet.Kernels;

/// <summary>
/// Softmax and its logarithm along the middle of [outer, count, inner]: <c>e^(x − max) / Σ e^(x − max)</c> and <c>x − max − ln Σ e^(x −
/// max)</c>. The greatest element is taken off first so that nothing overflows.
/// </summary>
static class SoftmaxRows
{
    /// <summary>Elements along the inner dimensions that are computed at once: a few lines of them stay in the first-level cache.</summary>
    const int Chunk = 256;

    /// <param name="x">[outer, count, inner].</param>
    /// <param name="y">As x.</param>
    /// <param name="count">Extent of the axis along which the results sum up to 1.</param>
    /// <param name="inner">Elements from one to the next along that axis.</param>
    /// <param name="logarithm">Whether to give the logarithm.</param>
    public static void Run<T>(ReadOnlySpan<T> x, Span<T> y, int count, int inner, bool logarithm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.IsEmpty) return;

        for (var start = 0; start < x.Length; start += count * inner)
        {
            var from = x.Slice(start, count * inner);
            var to = y.Slice(start, count * inner);
            if (inner == 1 && !logarithm && typeof(T) == typeof(float))
                Row(MemoryMarshal.Cast<T, float>(from), MemoryMarshal.Cast<T, float>(to));
            else if (inner == 1) Row(from, to, logarithm);
            else for (var i = 0; i < inner; i += Chunk) Columns(from, to, i, Math.Min(Chunk, inner - i), inner, logarithm);
        }
    }

    /// <summary>What attention consists of, besides products.</summary>
    static void Row(ReadOnlySpan<float> x, Span<float> y)
    {
        var sum = Exponentials(x, Reduction.OfRow(x, default(Greatest)), y);
        ElementWise.Map(y, y, new Factor(1 / sum));
    }

    /// <summary><c>y = e^(x − greatest)</c>.</summary>
    /// <returns>The sum of y, in the order of <see cref="RowStatistics.Sum"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Exponentials(ReadOnlySpan<float> x, float greatest, Span<float> y)
    {
        Span<float> lanes = stackalloc float[Reduction.LaneBytes / sizeof(float)];
        lanes.Clear();
        var sums = MemoryMarshal.Cast<float, Vector<float>>(lanes);
        var results = MemoryMarshal.Cast<float, Vector<float>>(y);
        var vectors = x.Length / Vector<float>.Count;
        var subtrahend = new Vector<float>(greatest);
        for (var i = 0; i < vectors; i++)
        {
            var exponential = VectorMath.NormalExp(Vector.LoadUnsafe(in x[i * Vector<float>.Count]) - subtrahend);
            results[i] = exponential;
            sums[i & (sums.Length - 1)] += exponential;
        }

        // What fills up the last vector is minus infinity, which becomes zero.
        var rest = vectors * Vector<float>.Count;
        Span<float> last = stackalloc float[Vector<float>.Count];
        last.Fill(float.NegativeInfinity);
        x[rest..].CopyTo(last);
        VectorMath.NormalExp(new Vector<float>(last) - subtrahend).CopyTo(last);
        last[..(x.Length - rest)].CopyTo(y[rest..]);
        sums[vectors & (sums.Length - 1)] += new Vector<float>(last);
        return Reduction.JoinLanes(lanes, default(RowStatistics.Total<float>));
    }

    static void Row<T>(ReadOnlySpan<T> x, Span<T> y, bool logarithm) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var scratch = new Scratch<T>(logarithm ? x.Length : 0);
        var exponentials = logarithm ? scratch.Span : y;
        TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), y);
        TensorPrimitives.Exp<T>(y, exponentials);
        var sum = RowStatistics.Sum<T>(exponentials);
        if (logarithm) TensorPrimitives.Subtract(y, T.Log(sum), y);
        else TensorPrimitives.Divide(y, sum, y);
    }

    /// <summary>A chunk of neighbouring columns at once: each column is one softmax.</summary>
    static void Columns<T>(ReadOnlySpan<T> x, Span<T> y, int first, int width, int stride, bool logarithm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var greatestScratch = new Scratch<T>(width);
        using var sumScratch = new Scratch<T>(width);
        using var exponentialScratch = new Scratch<T>(width);
        var greatest = greatestScratch.Span;
        var sum = sumScratch.Span;
        var exponentials = exponentialScratch.Span;

        x.Slice(first, width).CopyTo(greatest);
        for (var i = first + stride; i < x.Length; i += stride) TensorPrimitives.Max(greatest, x.Slice(i, width), greatest);

        sum.Clear();
        for (var i = first; i < x.Length; i += stride)
        {
            var line = y.Slice(i, width);
            TensorPrimitives.Subtract(x.Slice(i, width), greatest, line);
            TensorPrimitives.Exp<T>(line, exponentials);
            TensorPrimitives.Add(sum, exponentials, sum);
            if (!logarithm) exponentials.CopyTo(line);
        }

        if (logarithm) TensorPrimitives.Log<T>(sum, sum);
        for (var i = first; i < x.Length; i += stride)
        {
            var line = y.Slice(i, width);
            if (logarithm) TensorPrimitives.Subtract(line, sum, line);
            else TensorPrimitives.Divide(line, sum, line);
        }
    }

    /// <summary>Passes NaN by, since it comes back with the exponentials and makes their sum NaN.</summary>
    readonly struct Greatest : IReduction<float>
    {
        public float Empty => float.NegativeInfinity;

        public float Add(float sum, float x) => x > sum ? x : sum;

        public Vector<float> Add(Vector<float> sum, Vector<float> x) => Vector.MaxNative(x, sum);

        public float Join(float sum, float other) => other > sum ? other : sum;
    }

    readonly struct Factor(float factor) : IUnaryFunction<float>
    {
        readonly Vector<float> _factor = new(factor);

        public Vector<float> Invoke(Vector<float> x) => x * _factor;
    }

    /// <summary>The gradient: <c>y · (upstream − Σ upstream · y)</c>, or <c>upstream − exp(y) · Σ upstream</c> for logarithms.</summary>
    /// <param name="y">What <see cref="Run"/> gave.</param>
    /// <param name="upstream">The gradient of y.</param>
    /// <param name="gradient">Receives the gradient of x; no memory of the others.</param>
    /// <param name="count">Elements of a group.</param>
    /// <param name="inner">Elements from one of a group to the next.</param>
    /// <param name="logarithm">Whether y are logarithms.</param>
    public static void RunBack<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> upstream, Span<T> gradient, int count, int inner, bool logarithm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var sumScratch = new Scratch<T>(inner);
        var sums = sumScratch.Span;
        for (var start = 0; start < y.Length; start += count * inner)
        {
            sums.Clear();
            for (var i = start; i < start + count * inner; i += inner)
            {
                if (logarithm) TensorPrimitives.Add(upstream.Slice(i, inner), sums, sums);
                else TensorPrimitives.MultiplyAdd(upstream.Slice(i, inner), y.Slice(i, inner), sums, sums);
            }
            for (var i = start; i < start + count * inner; i += inner)
            {
                var result = gradient.Slice(i, inner);
                if (logarithm)
                {
                    TensorPrimitives.Exp(y.Slice(i, inner), result);
                    TensorPrimitives.Multiply(result, sums, result);
                    TensorPrimitives.Subtract(upstream.Slice(i, inner), result, result);
                }
                else
                {
                    TensorPrimitives.Subtract(upstream.Slice(i, inner), sums, result);
                    TensorPrimitives.Multiply(result, y.Slice(i, inner), result);
                }
            }
        }
    }
}
