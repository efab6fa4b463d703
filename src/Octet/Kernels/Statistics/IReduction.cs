using System.Numerics;

namespace Octet.Kernels;

/// <summary>How many elements become one: each is added to a sum of some kind, and sums are added to each other.</summary>
interface IReduction<T> where T : unmanaged, INumber<T>
{
    /// <summary>The sum of no elements.</summary>
    T Empty { get; }

    /// <summary>A sum with one more element.</summary>
    T Add(T sum, T x);

    Vector<T> Add(Vector<T> sum, Vector<T> x);

    /// <summary>One sum of two.</summary>
    T Join(T sum, T other);

    /// <summary>The result that a sum of <paramref name="count"/> elements stands for.</summary>
    T Finish(T sum, int count) => sum;
}
