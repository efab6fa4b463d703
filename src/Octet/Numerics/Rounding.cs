namespace Octet.Numerics;

/// <summary>Which integer a real number becomes that lies exactly between two; all others go to the nearest.</summary>
public enum Rounding
{
    /// <summary>To the even one, as ONNX and PyTorch round: 0.5 → 0, 1.5 → 2, −0.5 → 0.</summary>
    HalfToEven,

    /// <summary>To the greater one, as integers do that add half a step and then shift: 0.5 → 1, 1.5 → 2, −0.5 → 0.</summary>
    HalfUp,

    /// <summary>To the one farther from zero: 0.5 → 1, 1.5 → 2, −0.5 → −1.</summary>
    HalfAwayFromZero,
}
