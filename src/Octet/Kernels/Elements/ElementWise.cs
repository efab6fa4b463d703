using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Octet.Kernels;

/// <summary>The loops that all element-wise operators share.</summary>
/// <remarks>Results may be the same memory as an operand. All spans of a call have one length, unless it says otherwise.</remarks>
static class ElementWise
{
    /// <summary><c>result[i] = function(x[i])</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Map<T, TFunction>(ReadOnlySpan<T> x, Span<T> result, TFunction function)
        where T : unmanaged where TFunction : struct, IUnaryFunction<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(result[..x.Length]);
        nuint i = 0, whole = WholeVectors<T>(x.Length);
        for (; i < whole; i += (nuint)Vector<T>.Count) function.Invoke(Vector.LoadUnsafe(ref from, i)).StoreUnsafe(ref to, i);
        if (i < (nuint)x.Length) Store(function.Invoke(Load(x[(int)i..])), result[(int)i..x.Length]);
    }

    /// <summary><c>result[i] = function(x[i], y[i])</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Map<T, TFunction>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result, TFunction function)
        where T : unmanaged where TFunction : struct, IBinaryFunction<T>
    {
        ref var left = ref MemoryMarshal.GetReference(x);
        ref var right = ref MemoryMarshal.GetReference(y[..x.Length]);
        ref var to = ref MemoryMarshal.GetReference(result[..x.Length]);
        nuint i = 0, whole = WholeVectors<T>(x.Length);
        for (; i < whole; i += (nuint)Vector<T>.Count)
        {
            function.Invoke(Vector.LoadUnsafe(ref left, i), Vector.LoadUnsafe(ref right, i)).StoreUnsafe(ref to, i);
        }
        if (i < (nuint)x.Length) Store(function.Invoke(Load(x[(int)i..]), Load(y[(int)i..x.Length])), result[(int)i..x.Length]);
    }

    /// <summary><c>result[i] = function(x[i], y)</c>.</summary>
    public static void Map<T, TFunction>(ReadOnlySpan<T> x, T y, Span<T> result, TFunction function)
        where T : unmanaged where TFunction : struct, IBinaryFunction<T> => Map(x, result, new WithRight<T, TFunction>(function, y));

    /// <summary><c>result[i] = function(x, y[i])</c>.</summary>
    public static void Map<T, TFunction>(T x, ReadOnlySpan<T> y, Span<T> result, TFunction function)
        where T : unmanaged where TFunction : struct, IBinaryFunction<T> => Map(y, result, new WithLeft<T, TFunction>(function, x));

    /// <summary><c>result[i] = function(x[i])</c>, element by element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapScalars<TX, TResult, TFunction>(ReadOnlySpan<TX> x, Span<TResult> result, TFunction function)
        where TFunction : struct, IScalarFunction<TX, TResult>
    {
        for (var i = 0; i < x.Length; i++) result[i] = function.Invoke(x[i]);
    }

    /// <summary><c>result[i] = function(x[i], y[i])</c>, element by element; an operand of length 1 stands for all <c>i</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapScalars<TX, TY, TResult, TFunction>(ReadOnlySpan<TX> x, ReadOnlySpan<TY> y, Span<TResult> result,
        TFunction function)
        where TFunction : struct, IScalarFunction<TX, TY, TResult>
    {
        var (stepX, stepY) = (x.Length == 1 ? 0 : 1, y.Length == 1 ? 0 : 1);
        for (int i = 0, ix = 0, iy = 0; i < result.Length; i++, ix += stepX, iy += stepY) result[i] = function.Invoke(x[ix], y[iy]);
    }

    static nuint WholeVectors<T>(int length) => (nuint)(length - length % Vector<T>.Count);

    /// <summary>The first elements of a vector; the others are zero.</summary>
    static Vector<T> Load<T>(ReadOnlySpan<T> elements) where T : unmanaged
    {
        var vector = Vector<T>.Zero;
        elements.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<Vector<T>, T>(ref vector), Vector<T>.Count));
        return vector;
    }

    /// <summary>Keeps as many elements of the vector as there is room for.</summary>
    static void Store<T>(Vector<T> vector, Span<T> elements) where T : unmanaged =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Vector<T>, T>(ref vector), elements.Length).CopyTo(elements);

    readonly struct WithRight<T, TFunction>(TFunction function, T y)
        : IUnaryFunction<T> where T : unmanaged where TFunction : struct, IBinaryFunction<T>
    {
        readonly Vector<T> _y = new(y);

        public Vector<T> Invoke(Vector<T> x) => function.Invoke(x, _y);
    }

    readonly struct WithLeft<T, TFunction>(TFunction function, T x)
        : IUnaryFunction<T> where T : unmanaged where TFunction : struct, IBinaryFunction<T>
    {
        readonly Vector<T> _x = new(x);

        public Vector<T> Invoke(Vector<T> y) => function.Invoke(_x, y);
    }
}
