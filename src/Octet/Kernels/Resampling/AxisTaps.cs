using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>The curve through the elements that gives values between them.</summary>
enum Interpolation
{
    Nearest,

    /// <summary>A straight line between two neighbours.</summary>
    Linear,

    /// <summary>A cubic through four neighbours.</summary>
    Cubic,
}

/// <summary>
/// What each element of a resized axis is made of: <c>result[i] = Σ weights[i, k] · input[places[i, k]]</c>, for k in 0..Width − 1.
/// </summary>
/// <param name="Width">Number of input elements that each result takes.</param>
/// <param name="Places">[result, Width]; all within the input's axis.</param>
/// <param name="Weights">[result, Width].</param>
sealed record AxisTaps(int Width, int[] Places, float[] Weights)
{
    /// <summary>Finds the neighbours of each place and their weights.</summary>
    /// <param name="axis">The axis, whose coordinates are used.</param>
    /// <param name="cubicCoefficient">The slope parameter of the cubic for <see cref="Interpolation.Cubic"/> (−0.75 in most tools); null
    /// for a line.</param>
    /// <param name="antialias">Whether the curve is widened by as much as the axis shrinks, so that each input element counts.</param>
    /// <param name="excludeOutside">Whether neighbours beyond the ends are left out, rather than taken to equal the end.</param>
    /// <exception cref="ShapeException">The axis shrinks so far that the weights would not fit into one array.</exception>
    /// <remarks>Source: ONNX operator specification, Resize-19; the cubic is that of Keys 1981, with A =
    /// <paramref name="cubicCoefficient"/>.</remarks>
    public static AxisTaps Of(ResampledAxis axis, float? cubicCoefficient, bool antialias, bool excludeOutside)
    {
        var shrink = antialias ? MathF.Min(axis.Scale, 1) : 1;
        var reach = (int)Math.Min(MathF.Ceiling((cubicCoefficient is null ? 1 : 2) / shrink), 1 << 29);
        var width = 2 * reach;
        if ((long)width * axis.Result > Array.MaxLength)
            throw new ShapeException($"an axis of {axis.Length} cannot shrink by a scale of {axis.Scale}: too many elements for "
                + "each result");

        var taps = new AxisTaps(width, new int[width * axis.Result], new float[width * axis.Result]);
        for (var place = 0; place < axis.Result; place++)
        {
            var coordinate = axis.Coordinate(place);
            if (axis.IsOutside(coordinate)) continue;

            // A coordinate upon an element takes it as the right one of its two neighbours.
            var left = MathF.Ceiling(coordinate) - 1;
            var places = taps.Places.AsSpan(place * width, width);
            var weights = taps.Weights.AsSpan(place * width, width);
            for (var k = 0; k < width; k++)
            {
                var neighbour = left + k - (reach - 1);
                places[k] = (int)Math.Clamp(neighbour, 0, axis.Length - 1);
                var isLeftOut = excludeOutside && (neighbour < 0 || neighbour > axis.Length - 1);
                weights[k] = isLeftOut ? 0 : Weight(MathF.Abs(neighbour - coordinate) * shrink, cubicCoefficient);
            }
            if (antialias || excludeOutside) Normalize(weights);
        }
        return taps;
    }

    /// <summary>The curve's weight of an element at a distance in elements.</summary>
    static float Weight(float distance, float? cubicCoefficient)
    {
        if (cubicCoefficient is not { } a) return MathF.Max(0, 1 - distance);
        return distance switch
        {
            <= 1 => ((a + 2) * distance - (a + 3)) * distance * distance + 1,
            < 2 => ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a,
            _ => 0,
        };
    }

    static void Normalize(Span<float> weights)
    {
        var sum = 0f;
        foreach (var weight in weights) sum += weight;
        if (sum == 0) return;
        foreach (ref var weight in weights) weight /= sum;
    }
}
