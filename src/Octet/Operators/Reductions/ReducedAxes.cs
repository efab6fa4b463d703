using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Which dimensions a reduction removes.</summary>
/// <param name="Fixed">The axes where they are an attribute; null where they are an optional input or not given.</param>
/// <param name="KeepDimensions">Whether reduced dimensions stay with extent 1.</param>
/// <param name="NoneIfEmpty">Whether no axes means that nothing is reduced, rather than everything.</param>
public sealed record ReducedAxes(long[]? Fixed, bool KeepDimensions, bool NoneIfEmpty)
{
    const int AxesInput = 1;

    public static ReducedAxes From(Attributes attributes) => new(
        attributes.IntsOrNull("axes"),
        attributes.Flag("keepdims", orElse: true),
        attributes.Flag("noop_with_empty_axes"));

    /// <summary>The shape of the result; unknown while the axes are.</summary>
    /// <exception cref="ShapeException">An axis is out of bounds.</exception>
    public Shape Result(ReadOnlySpan<TensorInfo> inputs)
    {
        var axes = inputs.Optional(AxesInput);
        if (axes is { Value: null }) return Shape.Unknown;

        var shape = inputs[0].Shape;
        var isReduced = Mask(shape.Rank, axes is null ? Fixed : axes.Value!.Longs);
        var extents = new List<int>(shape.Rank);
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            if (!isReduced[axis]) extents.Add(shape[axis]);
            else if (KeepDimensions) extents.Add(1);
        }
        return new([.. extents]);
    }

    /// <summary>The input's shape with extent 1 in each reduced dimension.</summary>
    public Shape Kept(ReadOnlySpan<Tensor> inputs)
    {
        var shape = inputs[0].Shape;
        var isReduced = Mask(shape.Rank, inputs.Optional(AxesInput) is { } axes ? axes.Longs : Fixed);
        var extents = new int[shape.Rank];
        for (var axis = 0; axis < extents.Length; axis++) extents[axis] = isReduced[axis] ? 1 : shape[axis];
        return new(extents);
    }

    bool[] Mask(int rank, ReadOnlySpan<long> axes)
    {
        var isReduced = new bool[rank];
        if (axes.IsEmpty && !NoneIfEmpty) isReduced.AsSpan().Fill(true);
        foreach (var axis in axes) isReduced[Shape.NormalizeAxis(axis, rank)] = true;
        return isReduced;
    }
}
