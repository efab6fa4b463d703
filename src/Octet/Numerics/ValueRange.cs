namespace Octet.Numerics;

/// <summary>The real values that a tensor (or one of its channels) takes, or is to be represented in; both ends included.</summary>
public readonly record struct ValueRange(float Low, float High)
{
    /// <summary>The greatest magnitude in the range.</summary>
    public float Magnitude => Math.Max(Math.Abs(Low), Math.Abs(High));

    /// <summary>Whether both ends are numbers, neither infinite nor NaN.</summary>
    public bool IsFinite => float.IsFinite(Low) && float.IsFinite(High);

    /// <summary>Whether the low end is a limit: higher than the lowest float32.</summary>
    public bool HasLow => Low > float.MinValue;

    /// <summary>Whether the high end is a limit: lower than the greatest float32.</summary>
    public bool HasHigh => High < float.MaxValue;

    /// <summary>All real values, the infinite ones too.</summary>
    public static ValueRange Unlimited => new(float.NegativeInfinity, float.PositiveInfinity);

    /// <summary>From −<paramref name="magnitude"/> to <paramref name="magnitude"/>.</summary>
    public static ValueRange Symmetric(float magnitude) => new(-magnitude, magnitude);

    /// <summary>The range of no values at all; the union with it changes nothing.</summary>
    public static ValueRange Nothing => new(float.PositiveInfinity, float.NegativeInfinity);

    /// <summary>Whether there is no value in it.</summary>
    public bool IsNothing => Low > High;

    /// <summary>The smallest range that holds both.</summary>
    public ValueRange Union(ValueRange other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    /// <summary>The smallest range that holds this one and zero; every integer range must, since padding and ReLU need an exact
    /// zero.</summary>
    public ValueRange WithZero() => new(Math.Min(Low, 0), Math.Max(High, 0));

    /// <summary>The part of it between −<paramref name="magnitude"/> and <paramref name="magnitude"/>, with ends moved to the nearer limit
    /// where it lies outside.</summary>
    public ValueRange Within(float magnitude) => new(Math.Clamp(Low, -magnitude, magnitude), Math.Clamp(High, -magnitude, magnitude));

    /// <summary><c>[-1.5, 6]</c>, six digits.</summary>
    public override string ToString() => $"[{Low:G6}, {High:G6}]";
}
