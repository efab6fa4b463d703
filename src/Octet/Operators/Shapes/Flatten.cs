using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Flatten</c>: a matrix whose rows are the dimensions before <see cref="Axis"/> and whose columns are those from it
/// on.</summary>
sealed record Flatten(long Axis) : Reshaping
{
    public static Flatten From(Attributes attributes) => new(attributes.Int("axis", fallback: 1));

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var shape = inputs[0].Shape;
        var axis = Axis == shape.Rank ? shape.Rank : shape.NormalizeAxis(Axis);
        return Reshaped(inputs[0], [new Shape(shape[..axis]).Length, new Shape(shape[axis..]).Length]);
    }
}
