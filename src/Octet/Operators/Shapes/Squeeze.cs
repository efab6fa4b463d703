using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Squeeze</c>: takes dimensions of extent 1 away, those of <see cref="Axes"/> (a second input since opset 13) or, where none are
/// named, all of them.
/// </summary>
sealed record Squeeze(long[]? Axes) : Reshaping
{
    public static Squeeze From(Attributes attributes) => new(attributes.IntsOrNull("axes"));

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        if (!inputs.AreKnown(1)) return Reshaped(inputs[0], Shape.Unknown);

        var shape = inputs[0].Shape;
        var axes = Axes ?? inputs.Integers(1) ?? [];
        var dropped = new HashSet<int>(axes.Select(axis => shape.NormalizeAxis(axis)));
        foreach (var axis in dropped)
        {
            if (shape[axis] != 1)
                throw new ShapeException($"dimension {axis} of shape {shape} has extent {shape[axis]}; only extents of 1 can be "
                    + "squeezed away");
        }
        return Reshaped(inputs[0],
            [.. shape.Dimensions.ToArray().Where((extent, axis) => axes.Length == 0 ? extent != 1 : !dropped.Contains(axis))]);
    }
}
