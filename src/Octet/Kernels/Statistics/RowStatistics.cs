using System.Numerics;

namespace Octet.Kernels;

/// <summary>Sums over contiguous elements, of which means and variances are made, and what follows from them.</summary>
/// <remarks>
/// A sum depends on the elements and their number alone. (Those of TensorPrimitives depend on the address too, so that the
/// second image of a batch could differ from the same image as the first.)
/// </remarks>
static class RowStatistics
{
    /// <summary><c>Σ x</c>.</summary>
    public static T Sum<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => Reduction.OfRow(x, default(Total<T>));

    /// <summary><c>Σ (x − center)²</c>.</summary>
    public static T SumOfSquares<T>(ReadOnlySpan<T> x, T center) where T : unmanaged, INumber<T> =>
        Reduction.OfRow(x, new SquaredDistance<T>(center));

    /// <summary>Mean and variance (of all elements, not an estimate from a sample), in two passes so that a large mean costs no
    /// digits.</summary>
    public static (T Mean, T Variance) MeanAndVariance<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>
    {
        var count = T.CreateChecked(x.Length);
        var mean = Sum(x) / count;
        return (mean, SumOfSquares(x, mean) / count);
    }

    /// <summary><c>y = x · factor + offset</c>; the same memory is allowed.</summary>
    public static void Scale<T>(ReadOnlySpan<T> x, Span<T> y, T factor, T offset) where T : unmanaged, INumber<T> =>
        ElementWise.Map(x, y, new Line<T>(factor, offset));

    /// <summary><c>y = (x − mean) · factor + offset</c>; the same memory is allowed.</summary>
    public static void Standardize<T>(ReadOnlySpan<T> x, Span<T> y, T mean, T factor, T offset) where T : unmanaged, INumber<T> =>
        ElementWise.Map(x, y, new ShiftedLine<T>(mean, factor, offset));

    /// <summary>Adds up.</summary>
    public readonly struct Total<T> : IReduction<T> where T : unmanaged, INumber<T>
    {
        public T Empty => T.Zero;

        public T Add(T sum, T x) => sum + x;

        public Vector<T> Add(Vector<T> sum, Vector<T> x) => sum + x;

        public T Join(T sum, T other) => sum + other;
    }

    readonly struct SquaredDistance<T>(T center) : IReduction<T> where T : unmanaged, INumber<T>
    {
        readonly Vector<T> _center = new(center);

        public T Empty => T.Zero;

        public T Add(T sum, T x) => sum + (x - center) * (x - center);

        public Vector<T> Add(Vector<T> sum, Vector<T> x) => sum + (x - _center) * (x - _center);

        public T Join(T sum, T other) => sum + other;
    }

    readonly struct Line<T>(T factor, T offset) : IUnaryFunction<T> where T : unmanaged, INumber<T>
    {
        readonly Vector<T> _factor = new(factor), _offset = new(offset);

        public Vector<T> Invoke(Vector<T> x) => MatrixProduct.MultiplyAdd(x, _factor, _offset);
    }

    readonly struct ShiftedLine<T>(T mean, T factor, T offset) : IUnaryFunction<T> where T : unmanaged, INumber<T>
    {
        readonly Vector<T> _mean = new(mean), _factor = new(factor), _offset = new(offset);

        public Vector<T> Invoke(Vector<T> x) => MatrixProduct.MultiplyAdd(x - _mean, _factor, _offset);
    }

    /// <summary>Products of two rows, the second centred: <c>Σ x · (y − center)</c>.</summary>
    public static T SumOfProducts<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, T center) where T : unmanaged, INumber<T>
    {
        // Four sums side by side, since an addition takes as long as four of these steps.
        Vector<T> a = Vector<T>.Zero, b = a, c = a, d = a, shift = new(center);
        var width = Vector<T>.Count;
        var i = 0;
        for (; i <= x.Length - 4 * width; i += 4 * width)
        {
            a += new Vector<T>(x[i..]) * (new Vector<T>(y[i..]) - shift);
            b += new Vector<T>(x[(i + width)..]) * (new Vector<T>(y[(i + width)..]) - shift);
            c += new Vector<T>(x[(i + 2 * width)..]) * (new Vector<T>(y[(i + 2 * width)..]) - shift);
            d += new Vector<T>(x[(i + 3 * width)..]) * (new Vector<T>(y[(i + 3 * width)..]) - shift);
        }
        var sum = Vector.Sum(a + b + (c + d));
        for (; i < x.Length; i++) sum += x[i] * (y[i] - center);
        return sum;
    }

    /// <summary>
    /// What a standardized row <c>y = (x − mean) · factor + …</c> whose mean and variance are its own gives back to x:
    /// <c>factor · (upstream − sum/count − (x − mean) · inverse² · product/count)</c>.
    /// </summary>
    public static void StandardizeBack<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> upstream, Span<T> gradient, T mean, T factor, T subtrahend,
        T slope)
        where T : unmanaged, INumber<T>
    {
        Vector<T> means = new(mean), factors = new(factor), subtrahends = new(subtrahend), slopes = new(slope);
        var i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (factors * (new Vector<T>(upstream[i..]) - subtrahends - (new Vector<T>(x[i..]) - means) * slopes)).CopyTo(gradient[i..]);
        }
        for (; i < x.Length; i++) gradient[i] = factor * (upstream[i] - subtrahend - (x[i] - mean) * slope);
    }
}
