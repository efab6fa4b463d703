namespace Octet.Operators;

/// <summary>ONNX <c>IsNaN</c>, since opset 9: whether an element is not a number, for any shape.</summary>
sealed record IsNaN : FloatClass
{
    public static IsNaN From(Attributes attributes) => new();

    protected override bool Holds(double x) => double.IsNaN(x);
}
