using System.Numerics;

namespace Octet.Kernels;

/// <summary>Sums over contiguous elements, of which means and variances are made.</summary>
/// <remarks>
/// A sum depends on the elements and their number alone. (Those of TensorPrimitives depend on the address too, so that the
/// second image of a batch could differ from the same image as the first.)
/// </remarks>
static class RowStatistics
{
    /// <summary><c>Σ x</c>.</summary>
    public static T Sum<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => Sum(x, new Itself<T>());

    /// <summary><c>Σ (x − center)²</c>.</summary>
    public static T SumOfSquares<T>(ReadOnlySpan<T> x, T center) where T : unmanaged, INumber<T> => Sum(x, new SquaredDistance<T>(center));

    /// <summary>Mean and variance (of all elements, not an estimate from a sample), in two passes so that a large mean costs no digits.</summary>
    public static (T Mean, T Variance) MeanAndVariance<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>
    {
        var count = T.CreateChecked(x.Length);
        var mean = Sum(x) / count;
        return (mean, SumOfSquares(x, mean) / count);
    }

    /// <summary><c>y = x · factor + offset</c>; the same memory is allowed.</summary>
    public static void Scale<T>(ReadOnlySpan<T> x, Span<T> y, T factor, T offset) where T : unmanaged, INumber<T>
    {
        var i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            MatrixProduct.MultiplyAdd(new Vector<T>(x[i..]), new(factor), new(offset)).CopyTo(y[i..]);
        }
        for (; i < x.Length; i++) y[i] = MatrixProduct.MultiplyAdd(x[i], factor, offset);
    }

    /// <summary>Four vectors of partial sums, so that additions need not wait for each other; then these, then the rest.</summary>
    static T Sum<T, TTerm>(ReadOnlySpan<T> x, TTerm term) where T : unmanaged, INumber<T> where TTerm : struct, IUnaryOperator<T>
    {
        var width = Vector<T>.Count;
        Vector<T> a = default, b = default, c = default, d = default;
        var i = 0;
        for (; i <= x.Length - 4 * width; i += 4 * width)
        {
            a += term.Invoke(new Vector<T>(x[i..]));
            b += term.Invoke(new Vector<T>(x[(i + width)..]));
            c += term.Invoke(new Vector<T>(x[(i + 2 * width)..]));
            d += term.Invoke(new Vector<T>(x[(i + 3 * width)..]));
        }
        for (; i <= x.Length - width; i += width) a += term.Invoke(new Vector<T>(x[i..]));

        var sum = Vector.Sum(a + b + (c + d));
        for (; i < x.Length; i++) sum += term.Invoke(x[i]);
        return sum;
    }

    interface IUnaryOperator<T>
    {
        T Invoke(T x);

        Vector<T> Invoke(Vector<T> x);
    }

    readonly struct Itself<T> : IUnaryOperator<T> where T : unmanaged, INumber<T>
    {
        public T Invoke(T x) => x;

        public Vector<T> Invoke(Vector<T> x) => x;
    }

    readonly struct SquaredDistance<T>(T center) : IUnaryOperator<T> where T : unmanaged, INumber<T>
    {
        public T Invoke(T x) => (x - center) * (x - center);

        public Vector<T> Invoke(Vector<T> x)
        {
            var distance = x - new Vector<T>(center);
            return distance * distance;
        }
    }
}
