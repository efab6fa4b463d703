using System.Numerics;
using System.Numerics.Tensors;

namespace Octet.Kernels;

/// <summary>The steps of a p-norm, <c>(Σ |x|^p)^(1/p)</c>; p = 1 and p = 2 need no logarithm.</summary>
static class PowerSum
{
    /// <summary><c>y = |x|^p</c>.</summary>
    public static void Raise<T>(ReadOnlySpan<T> x, Span<T> y, T p) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (p == T.CreateChecked(2))
        {
            TensorPrimitives.Multiply(x, x, y);
            return;
        }
        TensorPrimitives.Abs(x, y);
        if (p != T.One) TensorPrimitives.Pow(y, p, y);
    }

    /// <summary><c>y = y^(1/p)</c>, for y of zero or more.</summary>
    public static void Root<T>(Span<T> y, T p) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (p == T.CreateChecked(2)) TensorPrimitives.Sqrt<T>(y, y);
        else if (p != T.One) TensorPrimitives.Pow(y, T.One / p, y);
    }
}
