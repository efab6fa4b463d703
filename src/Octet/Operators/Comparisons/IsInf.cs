namespace Octet.Operators;

/// <summary>ONNX <c>IsInf</c>, since opset 10: whether an element is infinite, for any shape.</summary>
/// <param name="Negative">Whether −∞ counts.</param>
/// <param name="Positive">Whether +∞ counts.</param>
sealed record IsInf(bool Negative, bool Positive) : FloatClass
{
    public static IsInf From(Attributes attributes) =>
        new(attributes.Flag("detect_negative", fallback: true), attributes.Flag("detect_positive", fallback: true));

    protected override bool Holds(double x) => (Positive && double.IsPositiveInfinity(x)) || (Negative && double.IsNegativeInfinity(x));
}
