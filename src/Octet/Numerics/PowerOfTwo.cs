namespace Octet.Numerics;

/// <summary>Powers of two beside a real number: the ranges of devices that scale by shifting.</summary>
public static class PowerOfTwo
{
    /// <summary>The least power of two that is not less than <paramref name="value"/>.</summary>
    /// <param name="value">Positive and finite, at most 2¹²⁷.</param>
    public static float Ceiling(float value)
    {
        var floor = Floor(value);
        return floor < value ? 2 * floor : floor;
    }

    /// <summary>The greatest power of two that is not greater than <paramref name="value"/>.</summary>
    /// <param name="value">Positive and finite.</param>
    public static float Floor(float value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return MathF.ScaleB(1, MathF.ILogB(value));
    }

    /// <summary>Whether <paramref name="value"/> is a power of two.</summary>
    public static bool Is(float value) => value > 0 && float.IsFinite(value) && Floor(value) == value;
}
