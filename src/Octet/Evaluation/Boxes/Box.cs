namespace Octet.Evaluation.Boxes;

/// <summary>A rectangle, in pixels from the upper left corner.</summary>
public readonly record struct Box(float Left, float Top, float Right, float Bottom)
{
    /// <summary>Width times height in square pixels; zero where a side is not positive.</summary>
    public float Area => Math.Max(0, Right - Left) * Math.Max(0, Bottom - Top);

    /// <summary>The box of a center and a size, in pixels.</summary>
    public static Box OfCenter(float x, float y, float width, float height) =>
        new(x - width / 2, y - height / 2, x + width / 2, y + height / 2);

    /// <summary>The area that both cover.</summary>
    public float Intersect(Box other) =>
        new Box(Math.Max(Left, other.Left), Math.Max(Top, other.Top), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom)) switch
        {
            { Left: var left, Right: var right, Top: var top, Bottom: var bottom } common when left < right && top < bottom => common.Area,
            _ => 0,
        };

    /// <summary>What both cover ÷ what at least one covers: 0 for boxes apart, 1 for equal ones.</summary>
    public float Overlap(Box other) => Intersect(other) is > 0 and var common ? common / (Area + other.Area - common) : 0;
}

/// <summary>A box that a model found.</summary>
/// <param name="Box">Where.</param>
/// <param name="Class">What, from 0 on.</param>
/// <param name="Score">How sure it is; higher is surer.</param>
public readonly record struct Detection(Box Box, int Class, float Score);

/// <summary>A box that is there.</summary>
/// <param name="Box">Where.</param>
/// <param name="Class">What, from 0 on.</param>
/// <param name="IsCrowd">Whether it stands for a crowd that is not labelled one by one: finding it does not count, and detections within it
/// are not wrong.</param>
public readonly record struct TrueBox(Box Box, int Class, bool IsCrowd = false);
