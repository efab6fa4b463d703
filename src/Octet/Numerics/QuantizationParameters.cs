using Octet.Tensors;

namespace Octet.Numerics;

/// <summary>The numbers that map real values of one tensor to integers: <c>real = scale · (integer − zero point)</c>.</summary>
/// <param name="Spec">The kind of integers.</param>
/// <param name="Scales">One for the tensor, or one for each channel; each greater than zero and finite.</param>
/// <param name="ZeroPoints">As many as scales; each within the integers of <paramref name="Spec"/>.</param>
/// <param name="Axis">The axis along which channels lie, 0..rank − 1; null with a single scale.</param>
public sealed record QuantizationParameters(QuantizationSpec Spec, float[] Scales, int[] ZeroPoints, int? Axis = null)
{
    public float Scale => Scales[0];

    public int ZeroPoint => ZeroPoints[0];
}
