namespace Octet.Numerics;

/// <summary>The grid of one block: which real value each of its sixteen integers stands for.</summary>
/// <param name="Scale">Width of a step; not zero, negative where the largest element is positive and there are no zero points.</param>
/// <param name="ZeroPoint">The integer that stands for zero.</param>
readonly record struct BlockGrid(float Scale, int ZeroPoint)
{
    /// <summary>How much of the range is kept, where grids are compared; what lies beyond saturates.</summary>
    static readonly float[] Shares = [1, 0.95f, 0.9f, 0.85f, 0.8f, 0.75f, 0.7f, 0.65f, 0.6f];

    const int MaxRefinements = 3;

    /// <summary>Power of the errors that a refined zero point makes least: below 1, so that the few large ones count less.</summary>
    const float Power = 0.7f;

    /// <summary>The nearest integer.</summary>
    public int Round(float value) =>
        (int)Math.Clamp(MathF.Round(value / Scale, MidpointRounding.ToEven) + ZeroPoint, 0, BlockedMatrix.High);

    public float ValueOf(int integer) => (integer - ZeroPoint) * Scale;

    /// <summary>The grid from the least to the greatest element.</summary>
    public static BlockGrid Of(ReadOnlySpan<float> elements, bool hasZeroPoint) => Of(elements, hasZeroPoint, share: 1, flips: false);

    /// <summary>Of many grids the one with the least squared error.</summary>
    /// <param name="elements">Of one block.</param>
    /// <param name="importance">The weight of each squared error; as many.</param>
    /// <param name="hasZeroPoint">Whether zero points other than the middle are allowed.</param>
    /// <remarks>Zero points are refined by half-quadratic splitting. Source: Badri and Shaji 2023, "Half-Quadratic Quantization of Large
    /// Machine Learning Models".</remarks>
    public static BlockGrid Best(ReadOnlySpan<float> elements, ReadOnlySpan<float> importance, bool hasZeroPoint)
    {
        var (best, least) = (default(BlockGrid), double.PositiveInfinity);
        foreach (var share in Shares)
        {
            var grid = Of(elements, hasZeroPoint, share, flips: false);
            Try(elements, importance, grid, ref best, ref least);
            if (!hasZeroPoint)
            {
                Try(elements, importance, Of(elements, hasZeroPoint, share, flips: true), ref best, ref least);
                continue;
            }
            for (var i = 0; i < MaxRefinements; i++)
            {
                var refined = grid with { ZeroPoint = grid.RefinedZeroPoint(elements) };
                if (refined == grid) break;
                Try(elements, importance, grid = refined, ref best, ref least);
            }
        }
        return best;
    }

    static void Try(
        ReadOnlySpan<float> elements, ReadOnlySpan<float> importance, BlockGrid grid, ref BlockGrid best, ref double least)
    {
        var total = 0.0;
        for (var i = 0; i < elements.Length; i++)
        {
            var error = elements[i] - grid.ValueOf(grid.Round(elements[i]));
            total += importance[i] * error * error;
        }
        if (total < least) (best, least) = (grid, total);
    }

    /// <summary>Shrinks the errors, so that large ones stay, and takes the zero point that suits what is left.</summary>
    int RefinedZeroPoint(ReadOnlySpan<float> elements)
    {
        var sum = 0.0;
        foreach (var element in elements)
        {
            var integer = Round(element);
            var error = (element - ValueOf(integer)) / Scale;
            var size = MathF.Abs(error);
            var kept = size == 0 ? 0 : MathF.CopySign(MathF.Max(0, size - MathF.Pow(size, Power - 1) / 8), error);
            sum += integer - (element / Scale - kept);
        }
        return (int)Math.Clamp(Math.Round(sum / elements.Length, MidpointRounding.ToEven), 0, BlockedMatrix.High);
    }

    static BlockGrid Of(ReadOnlySpan<float> elements, bool hasZeroPoint, float share, bool flips)
    {
        var (low, high) = (0f, 0f);
        foreach (var element in elements) (low, high) = (MathF.Min(low, element), MathF.Max(high, element));
        if (!hasZeroPoint)
        {
            // The lowest integer is one step further from the middle than the greatest: it takes the largest element.
            var largest = high > -low ? high : low;
            var width = largest * share / -BlockedMatrix.Middle;
            return new(IsUsable(width) ? flips ? -width : width : 1, BlockedMatrix.Middle);
        }
        var scale = (high - low) * share / BlockedMatrix.High;
        if (!IsUsable(scale)) return new(1, BlockedMatrix.Middle);
        // What is cut off is cut off on both sides alike.
        var first = low + (high - low) * (1 - share) / 2;
        return new(scale, (int)Math.Clamp(MathF.Round(-first / scale, MidpointRounding.ToEven), 0, BlockedMatrix.High));
    }

    static bool IsUsable(float scale) => float.IsNormal(scale);
}
