using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Scale and bias of normalizations over the last axes: they broadcast to one row, which is all those axes together.</summary>
static class NormalizedRow
{
    /// <summary>Checks that inputs from the second on have the type of the first and broadcast to its axes from <paramref name="axis"/>
    /// on.</summary>
    public static void Check(ReadOnlySpan<TensorInfo> inputs, int axis)
    {
        inputs.RequireSameType(0, 1, 2);
        Shape row = new(inputs[0].Shape[axis..]);
        for (var i = 1; i < inputs.Length; i++)
        {
            if (inputs.Optional(i) is { } parameter && Shape.Broadcast(parameter.Shape, row) != row)
                throw ShapeException.CannotBroadcast(parameter.Shape, row);
        }
    }

    /// <summary>Writes a parameter once for each element of a row.</summary>
    public static void Expand<T>(Tensor parameter, ReadOnlySpan<int> extents, Span<T> row) where T : unmanaged
    {
        if (parameter.Length == row.Length)
        {
            parameter.AsSpan<T>().CopyTo(row);
            return;
        }
        Shape shape = new(extents);
        var strides = new int[extents.Length];
        for (var i = 1; i <= parameter.Shape.Rank; i++)
        {
            if (parameter.Shape[^i] > 1) strides[^i] = parameter.Shape.GetStrides()[^i];
        }
        new StridedCopy(extents, strides, shape.GetStrides()).Invoke<T>(parameter.AsSpan<T>(), row);
    }
}
