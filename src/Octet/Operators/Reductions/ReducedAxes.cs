using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Which dimensions a reduction removes.</summary>
/// <param name="Fixed">The axes where they are an attribute; null where they are an optional input or not given.</param>
/// <param name="KeepDimensions">Whether reduced dimensions stay with extent 1.</param>
/// <param name="NoneIfEmpty">Whether no axes means that nothing is reduced, rather than everything.</param>
public sealed record ReducedAxes(IReadOnlyList<long>? Fixed, bool KeepDimensions, bool NoneIfEmpty)
{
    const int AxesInput = 1;

    public static ReducedAxes From(Attributes attributes) => new(
        attributes.IntsOrNull("axes"),
        attributes.Flag("keepdims", orElse: true),
        attributes.Flag("noop_with_empty_axes"));

    /// <summary>The input's shape with extent 1 in each reduced dimension; unknown if the axes are.</summary>
    /// <exception cref="ShapeException">An axis is out of bounds.</exception>
    public Shape Kept(ReadOnlySpan<TensorInfo> inputs)
    {
        if (inputs.Optional(AxesInput) is not { } axes) return Kept(inputs[0].Shape, Fixed is null ? [] : [.. Fixed]);
        return axes.Value is { } values ? Kept(inputs[0].Shape, values.Longs) : Shape.Unknown;
    }

    /// <summary>The shape that <see cref="Kept(ReadOnlySpan{TensorInfo})"/> gives, when all values are there.</summary>
    public Shape Kept(ReadOnlySpan<Tensor> inputs) =>
        Kept(inputs[0].Shape, inputs.Optional(AxesInput) is { } axes ? axes.Longs : Fixed is null ? [] : [.. Fixed]);

    /// <summary>The result's shape: reduced dimensions are there with extent 1, or not at all.</summary>
    public Shape Result(ReadOnlySpan<TensorInfo> inputs)
    {
        var kept = Kept(inputs);
        if (KeepDimensions || !kept.IsKnown) return kept;

        var reduced = inputs.Optional(AxesInput)?.Value is { } axes ? axes.Longs : Fixed is null ? [] : [.. Fixed];
        if (reduced.IsEmpty) return NoneIfEmpty ? kept : Shape.Scalar;

        var remaining = new List<int>(kept.Rank);
        for (var axis = 0; axis < kept.Rank; axis++)
        {
            if (!reduced.Contains(axis) && !reduced.Contains(axis - kept.Rank)) remaining.Add(kept[axis]);
        }
        return new([.. remaining]);
    }

    Shape Kept(Shape shape, ReadOnlySpan<long> axes)
    {
        var extents = shape.Dimensions.ToArray();
        if (axes.IsEmpty && !NoneIfEmpty) extents.AsSpan().Fill(1);
        foreach (var axis in axes) extents[shape.Axis(axis)] = 1;
        return new(extents);
    }
}
