using System.Numerics;
using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>The way back of broadcasting: an element that was read several times gets the sum of what comes back from each place.</summary>
static class BroadcastGradient
{
    /// <summary>Adds up terms over the places that read one element.</summary>
    /// <param name="terms">One for each element of the broadcast result.</param>
    /// <param name="shape">Shape of the result.</param>
    /// <param name="target">Receives the sums; of the operand's shape.</param>
    public static void SumTo<T>(ReadOnlySpan<T> terms, Shape shape, Tensor target) where T : unmanaged, INumber<T>
    {
        if (terms.Length == target.Length) terms.CopyTo(target.AsSpan<T>());
        else Reduction.Run(terms, shape, target.AsSpan<T>(), target.Shape, default(RowStatistics.Total<T>));
    }

    /// <summary>Adds up <c>function(upstream, other)</c> over the places that read one element.</summary>
    /// <param name="upstream">The gradient of the result.</param>
    /// <param name="other">Another operand, which is broadcast too.</param>
    /// <param name="target">Receives the sums; of the operand's shape.</param>
    /// <param name="function">What each place gives.</param>
    public static void SumTo<T, TFunction>(Tensor upstream, Tensor other, Tensor target, TFunction function)
        where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction<T>
    {
        var places = new Broadcast(upstream.Shape, upstream.Shape, other.Shape);
        if (upstream.Length == target.Length)
        {
            places.Map(upstream.AsSpan<T>(), other.AsSpan<T>(), target.AsSpan<T>(), function);
            return;
        }
        using var terms = new Scratch<T>(upstream.Length);
        places.Map(upstream.AsSpan<T>(), other.AsSpan<T>(), terms.Span, function);
        SumTo<T>(terms.Span, upstream.Shape, target);
    }
}
