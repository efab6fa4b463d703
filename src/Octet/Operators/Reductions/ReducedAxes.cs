using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Which dimensions a reduction removes.</summary>
/// <param name="Fixed">The axes where they are an attribute; null where they are an optional input or not given.</param>
/// <param name="KeepDimensions">Whether reduced dimensions stay with extent 1.</param>
/// <param name="NoneIfEmpty">Whether no axes means that nothing is reduced, rather than everything.</param>
sealed record ReducedAxes(long[]? Fixed, bool KeepDimensions, bool NoneIfEmpty)
{
    const int AxesInput = 1;

    public static ReducedAxes From(Attributes attributes) => new(
        attributes.IntsOrNull("axes"),
        attributes.Flag("keepdims", fallback: true),
        attributes.Flag("noop_with_empty_axes"));

    /// <summary>The shape of the result; unknown while the axes are.</summary>
    /// <exception cref="ShapeException">An axis is out of bounds.</exception>
    public Shape Result(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireType(AxesInput, DataType.Int64);
        var axes = inputs.Optional(AxesInput);
        if (axes is { Value: null }) return Shape.Unknown;

        var shape = inputs[0].Shape;
        var isReduced = new bool[shape.Rank];
        Mark(axes is null ? Fixed : axes.Value!.Longs, isReduced);
        var extents = new List<int>(shape.Rank);
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            if (!isReduced[axis]) extents.Add(shape[axis]);
            else if (KeepDimensions) extents.Add(1);
        }
        return new([.. extents]);
    }

    /// <summary>Tells for each axis of the first input whether it is reduced.</summary>
    public void Mark(ReadOnlySpan<Tensor> inputs, Span<bool> isReduced) =>
        Mark(inputs.Optional(AxesInput) is { } axes ? axes.Longs : Fixed, isReduced);

    void Mark(ReadOnlySpan<long> axes, Span<bool> isReduced)
    {
        isReduced.Fill(axes.IsEmpty && !NoneIfEmpty);
        foreach (var axis in axes) isReduced[Shape.NormalizeAxis(axis, isReduced.Length)] = true;
    }
}
