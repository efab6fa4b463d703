using System.Numerics;
using System.Runtime.InteropServices;

namespace Octet.Kernels;

/// <summary>The loops that all element-wise operators on floats share.</summary>
static class ElementWise
{
    /// <summary><c>result[i] = function(x[i])</c>; both of one length; they may be the same memory.</summary>
    public static void Map<TFunction>(ReadOnlySpan<float> x, Span<float> result, TFunction function) where TFunction : struct, IUnaryFunction
    {
        var xs = MemoryMarshal.Cast<float, Vector<float>>(x);
        var results = MemoryMarshal.Cast<float, Vector<float>>(result);
        for (var i = 0; i < xs.Length; i++) results[i] = function.Invoke(xs[i]);
        for (var i = xs.Length * Vector<float>.Count; i < x.Length; i++) result[i] = function.Invoke(x[i]);
    }

    /// <summary><c>result[i] = function(x[i], y[i])</c>; all of one length; they may be the same memory.</summary>
    public static void Map<TFunction>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> result, TFunction function) where TFunction : struct, IBinaryFunction
    {
        var xs = MemoryMarshal.Cast<float, Vector<float>>(x);
        var ys = MemoryMarshal.Cast<float, Vector<float>>(y);
        var results = MemoryMarshal.Cast<float, Vector<float>>(result);
        for (var i = 0; i < xs.Length; i++) results[i] = function.Invoke(xs[i], ys[i]);
        for (var i = xs.Length * Vector<float>.Count; i < x.Length; i++) result[i] = function.Invoke(x[i], y[i]);
    }
}
