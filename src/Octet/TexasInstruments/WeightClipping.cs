using Octet.Numerics;

namespace Octet.TexasInstruments;

/// <summary>Limits a weight tensor in which a few huge elements would set the scale of all.</summary>
/// <remarks>Source: TI edgeai-modeloptimization, xnn/utils/quant_utils.py.</remarks>
static class WeightClipping
{
    /// <summary>Tensors whose greatest magnitude is not above this are not changed.</summary>
    const float MinMaximum = 15;

    /// <summary>How many times the median magnitude the greatest may be.</summary>
    const float MaxOverMedian = 16;

    /// <summary>Leaves room below the power of two, so that training does not step over it at once.</summary>
    const float Margin = (128 - 8) / 128f;

    /// <summary>The magnitude that elements are limited to; null where the tensor needs none.</summary>
    /// <param name="weights">The weights as they will run, normalization merged in.</param>
    public static float? Limit(ReadOnlySpan<float> weights)
    {
        if (weights.IsEmpty) return null;
        var magnitudes = weights.ToArray();
        foreach (ref var magnitude in magnitudes.AsSpan()) magnitude = Math.Abs(magnitude);
        Array.Sort(magnitudes);

        // Of an even number the lower of the two in the middle.
        var (maximum, median) = (magnitudes[^1], magnitudes[(magnitudes.Length - 1) / 2]);
        var max = MaxOverMedian * median;
        // Where most weights are zero the original would make all of them zero.
        if (maximum <= MinMaximum || maximum <= max || max == 0) return null;
        return PowerOfTwo.Ceiling(Math.Min(maximum, max)) * Margin;
    }

    /// <summary>Limits the weights in place.</summary>
    /// <returns>Whether there was anything to limit.</returns>
    public static bool Apply(Span<float> weights)
    {
        if (Limit(weights) is not { } limit) return false;
        foreach (ref var weight in weights) weight = Math.Clamp(weight, -limit, limit);
        return true;
    }
}
