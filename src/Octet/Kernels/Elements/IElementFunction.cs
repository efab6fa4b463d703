using System.Numerics;

namespace Octet.Kernels;

/// <summary>A function of one element, given for a vector of them; a struct, so that each use becomes a loop of its own.</summary>
/// <remarks>The last few elements of a row go through the same vector function, so a result never depends on where in its row an element
/// lies.</remarks>
interface IUnaryFunction<T> where T : unmanaged
{
    Vector<T> Invoke(Vector<T> x);
}

/// <summary>A function of two elements, given for vectors of them.</summary>
interface IBinaryFunction<T> where T : unmanaged
{
    Vector<T> Invoke(Vector<T> x, Vector<T> y);
}

/// <summary>A function of one element that has no vector form, or whose result has another type.</summary>
interface IScalarFunction<TX, TResult>
{
    TResult Invoke(TX x);
}

/// <summary>A function of two elements that has no vector form, or whose operands and result differ in type.</summary>
interface IScalarFunction<TX, TY, TResult>
{
    TResult Invoke(TX x, TY y);
}
