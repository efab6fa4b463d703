using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>Resizes tensors axis by axis, each element a weighted sum of elements of the axis.</summary>
static class Resampling
{
    /// <summary>Resizes the axes that have taps and leaves the others.</summary>
    /// <param name="source">Elements of shape <paramref name="from"/>.</param>
    /// <param name="from">Shape of the source; not empty.</param>
    /// <param name="destination">Elements of shape <paramref name="to"/>.</param>
    /// <param name="to">Shape of the result; not empty; equal to <paramref name="from"/> in axes without taps.</param>
    /// <param name="taps">For each axis; at least one is not null.</param>
    /// <remarks>
    /// Axes that shrink most come first, then no step is larger than source or destination; among equals the innermost comes first,
    /// for it is the slowest and has the least to do then.
    /// </remarks>
    public static void Run<T>(ReadOnlySpan<T> source, Shape from, Span<T> destination, Shape to, AxisTaps?[] taps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var leading = Array.FindIndex(taps, static axis => axis is not null);
        var planes = from.LengthOf(0, leading);
        var (planeFrom, planeTo) = (source.Length / planes, destination.Length / planes);
        using var orderScratch = new Scratch<int>(taps.Length);
        using var extentScratch = new Scratch<int>(taps.Length);
        var order = orderScratch.Span[..Order(from, to, taps, orderScratch.Span)];
        var extents = extentScratch.Span;

        var largest = Math.Max(planeFrom, planeTo);
        using var first = new Scratch<T>(order.Length > 1 ? largest : 0);
        using var second = new Scratch<T>(order.Length > 2 ? largest : 0);
        for (var plane = 0; plane < planes; plane++)
        {
            var read = source.Slice(plane * planeFrom, planeFrom);
            from.Dimensions.CopyTo(extents);
            for (var i = 0; i < order.Length; i++)
            {
                var axis = order[i];
                var outer = Product(extents[leading..axis]);
                var inner = Product(extents[(axis + 1)..]);
                var written = i == order.Length - 1 ? destination.Slice(plane * planeTo, planeTo)
                    : (i % 2 == 0 ? first : second).Span[..(outer * to[axis] * inner)];
                ResampleAxis(read, written, extents[axis], to[axis], inner, taps[axis]!);
                extents[axis] = to[axis];
                read = written;
            }
        }
    }

    /// <summary>The axes with taps in the order in which they are resized; how many there are.</summary>
    static int Order(Shape from, Shape to, AxisTaps?[] taps, Span<int> order)
    {
        var count = 0;
        for (var axis = taps.Length - 1; axis >= 0; axis--)
        {
            if (taps[axis] is null) continue;
            var place = count++;
            for (; place > 0 && (double)to[order[place - 1]] / from[order[place - 1]] > (double)to[axis] / from[axis]; place--)
                order[place] = order[place - 1];
            order[place] = axis;
        }
        return count;
    }

    /// <summary>Resizes the middle axis of [outer, length, inner] to <paramref name="result"/>.</summary>
    static void ResampleAxis<T>(ReadOnlySpan<T> source, Span<T> destination, int length, int result, int inner, AxisTaps taps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (; !source.IsEmpty; source = source[(length * inner)..], destination = destination[(result * inner)..])
        {
            if (inner > 1 && taps.Width == 2) BlendRowPairs(source, destination, result, inner, taps);
            else if (inner > 1) BlendRows(source, destination, result, inner, taps);
            else if (taps.Width == 2) BlendPairs(source[..length], destination[..result], taps);
            else BlendElements(source[..length], destination[..result], taps);
        }
    }

    /// <summary>Each row of the result is a weighted sum of rows. Those of no weight are left out.</summary>
    static void BlendRows<T>(ReadOnlySpan<T> source, Span<T> destination, int result, int inner, AxisTaps taps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0, tap = 0; i < result; i++)
        {
            var row = destination.Slice(i * inner, inner);
            var isFirst = true;
            for (var end = tap + taps.Width; tap < end; tap++)
            {
                if (taps.Weights[tap] == 0) continue;
                var weight = T.CreateTruncating(taps.Weights[tap]);
                var read = source.Slice(taps.Places[tap] * inner, inner);
                if (isFirst) TensorPrimitives.Multiply(read, weight, row);
                else TensorPrimitives.MultiplyAdd(read, weight, row, row);
                isFirst = false;
            }
            if (isFirst) row.Clear();
        }
    }

    /// <summary>The same for two rows at a time, in one go.</summary>
    static void BlendRowPairs<T>(ReadOnlySpan<T> source, Span<T> destination, int result, int inner, AxisTaps taps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < result; i++)
        {
            var row = destination.Slice(i * inner, inner);
            var (upper, lower) = (T.CreateTruncating(taps.Weights[2 * i]), T.CreateTruncating(taps.Weights[2 * i + 1]));
            var above = source.Slice(taps.Places[2 * i] * inner, inner);
            var below = source.Slice(taps.Places[2 * i + 1] * inner, inner);
            if (upper == T.Zero) TensorPrimitives.Multiply(below, lower, row);
            else if (lower == T.Zero) TensorPrimitives.Multiply(above, upper, row);
            else Blend(above, upper, below, lower, row);
        }
    }

    static void Blend<T>(ReadOnlySpan<T> x, T xWeight, ReadOnlySpan<T> y, T yWeight, Span<T> result) where T : unmanaged, INumber<T>
    {
        var xs = MemoryMarshal.Cast<T, Vector<T>>(x);
        var ys = MemoryMarshal.Cast<T, Vector<T>>(y);
        var results = MemoryMarshal.Cast<T, Vector<T>>(result);
        for (var i = 0; i < results.Length; i++) results[i] = xs[i] * xWeight + ys[i] * yWeight;
        for (var i = results.Length * Vector<T>.Count; i < result.Length; i++) result[i] = x[i] * xWeight + y[i] * yWeight;
    }

    /// <summary>Each element is a weighted sum of two.</summary>
    static void BlendPairs<T>(ReadOnlySpan<T> source, Span<T> destination, AxisTaps taps) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ReadOnlySpan<int> places = taps.Places;
        ReadOnlySpan<float> weights = taps.Weights;
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = source[places[2 * i]] * T.CreateTruncating(weights[2 * i])
                + source[places[2 * i + 1]] * T.CreateTruncating(weights[2 * i + 1]);
        }
    }

    static void BlendElements<T>(ReadOnlySpan<T> source, Span<T> destination, AxisTaps taps) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0, tap = 0; i < destination.Length; i++)
        {
            var sum = T.Zero;
            for (var end = tap + taps.Width; tap < end; tap++) sum += source[taps.Places[tap]] * T.CreateTruncating(taps.Weights[tap]);
            destination[i] = sum;
        }
    }

    static int Product(ReadOnlySpan<int> extents)
    {
        var product = 1;
        foreach (var extent in extents) product *= extent;
        return product;
    }

    /// <summary>The way back along one axis: adds each result, times its weights, to the elements that it was made of.</summary>
    /// <param name="results">[outer, result, inner].</param>
    /// <param name="sums">[outer, length, inner]; what is there is added to.</param>
    /// <param name="length">Elements of the axis.</param>
    /// <param name="result">Results of the axis.</param>
    /// <param name="inner">Elements inside of it.</param>
    /// <param name="taps">What each result is made of; a negative place stands for none.</param>
    public static void AddBack<T>(ReadOnlySpan<T> results, Span<T> sums, int length, int result, int inner, AxisTaps taps)
        where T : unmanaged, INumber<T>
    {
        for (; !results.IsEmpty; results = results[(result * inner)..], sums = sums[(length * inner)..])
        {
            for (var tap = 0; tap < taps.Places.Length; tap++)
            {
                if (taps.Places[tap] < 0 || taps.Weights[tap] == 0) continue;
                var target = sums.Slice(taps.Places[tap] * inner, inner);
                TensorPrimitives.MultiplyAdd(results.Slice(tap / taps.Width * inner, inner), T.CreateTruncating(taps.Weights[tap]), target,
                    target);
            }
        }
    }
}
