namespace Octet.Numerics;

/// <summary>The real values that a tensor (or one of its channels) takes, or is to be represented in; both ends included.</summary>
public readonly record struct ValueRange(float Low, float High)
{
    /// <summary>The greatest magnitude in the range.</summary>
    public float Magnitude => Math.Max(Math.Abs(Low), Math.Abs(High));

    /// <summary>The smallest range that holds both.</summary>
    public ValueRange Union(ValueRange other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    public override string ToString() => $"[{Low:G6}, {High:G6}]";
}
