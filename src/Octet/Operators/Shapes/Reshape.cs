using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Reshape</c>: inputs data and shape [rank] (an attribute before opset 5). One wanted extent may be −1: what is left;
/// 0 keeps the input's extent at that place, or stands for itself with <see cref="AllowZero"/> (since opset 14).
/// </summary>
sealed record Reshape(long[]? Wanted, bool AllowZero) : Reshaping
{
    public static Reshape From(Attributes attributes) => new(null, attributes.Flag("allowzero"));

    public static Reshape FromShapeAttribute(Attributes attributes) => new(attributes.Ints("shape"), AllowZero: false);

    public override int RequiredInputs => Wanted is null ? 2 : 1;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        Reshaped(inputs[0], (Wanted ?? inputs.Integers(1)) is { } wanted ? Resolve(inputs[0].Shape, wanted) : Shape.Unknown);

    Shape Resolve(Shape shape, long[] wanted)
    {
        var extents = (long[])wanted.Clone();
        var rest = -1;
        long known = 1;
        for (var i = 0; i < extents.Length; i++)
        {
            if (extents[i] == 0 && !AllowZero)
            {
                extents[i] = i < shape.Rank
                    ? shape[i] : throw Refuse($"it keeps extent {i} (0), but the input has {shape.Rank} dimension(s)");
            }
            if (extents[i] == -1)
            {
                if (rest >= 0) throw Refuse("it asks for what is left (-1) more than once");
                rest = i;
                extents[i] = 1;
            }
            if (extents[i] is < 0 or > int.MaxValue) throw Refuse($"extent {extents[i]} is out of range");
            known = Math.Min(known * extents[i], 1L << 31);
        }
        if (rest >= 0)
        {
            if (known == 0 || shape.Length % known != 0) throw Refuse($"the input's {shape.Length} elements do not divide by {known}");
            extents[rest] = shape.Length / known;
        }

        var result = Shape.From(extents);
        return result.Length == shape.Length ? result : throw Refuse($"the input has {shape.Length} elements, the result {result.Length}");

        ShapeException Refuse(string why) => new($"shape {shape} cannot become [{string.Join(", ", wanted)}]: {why}");
    }
}
