using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Unsqueeze</c>: adds dimensions of extent 1, at the places that they have in the result (<see cref="Axes"/>, a second
/// input since opset 13).</summary>
sealed record Unsqueeze(long[]? Axes) : Reshaping
{
    public static Unsqueeze From(Attributes attributes) => new(Axes: null);

    public static Unsqueeze FromAxesAttribute(Attributes attributes) => new(attributes.Ints("axes"));

    public override int RequiredInputs => Axes is null ? 2 : 1;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        if ((Axes ?? inputs.Integers(1)) is not { } axes) return Reshaped(inputs[0], Shape.Unknown);

        var shape = inputs[0].Shape;
        var rank = shape.Rank + axes.Length;
        var extents = new int[rank];
        foreach (var axis in axes)
        {
            ref var extent = ref extents[Shape.NormalizeAxis(axis, rank)];
            if (extent == 1) throw new ShapeException($"axes [{string.Join(", ", axes)}] name dimension {axis} of {rank} twice");
            extent = 1;
        }
        // What is not new is still 0, and takes the old extents in order.
        var next = 0;
        foreach (ref var extent in extents.AsSpan())
        {
            if (extent == 0) extent = shape[next++];
        }
        return Reshaped(inputs[0], new Shape(extents));
    }
}
