using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Reads the small integer tensors that say how an operator works: extents, axes, starts, counts.</summary>
static class IntegerOperands
{
    /// <summary>Whether the operand at <paramref name="index"/> has its values, or is left out.</summary>
    public static bool IsKnown(this ReadOnlySpan<TensorInfo> operands, int index) => operands.Optional(index) is not { Value: null };

    /// <summary>Whether all operands from <paramref name="first"/> on that the node does not leave out have their values.</summary>
    public static bool AreKnown(this ReadOnlySpan<TensorInfo> operands, int first)
    {
        for (var i = first; i < operands.Length; i++)
        {
            if (!operands.IsKnown(i)) return false;
        }
        return true;
    }

    /// <summary>The elements of the operand at <paramref name="index"/>; null if the node leaves it out.</summary>
    public static long[]? Integers(this ReadOnlySpan<Tensor> operands, int index) => operands.Optional(index)?.Integers();

    /// <summary>The elements of the operand at <paramref name="index"/>, whose value is known; null if the node leaves it out.</summary>
    public static long[]? Integers(this ReadOnlySpan<TensorInfo> operands, int index) => operands.Optional(index)?.Value?.Integers();

    /// <summary>The elements of an int32 or int64 tensor.</summary>
    /// <exception cref="OperatorException">The elements are of another type.</exception>
    public static long[] Integers(this Tensor tensor) => tensor.Type switch
    {
        DataType.Int64 => tensor.Longs.ToArray(),
        DataType.Int32 => Array.ConvertAll(tensor.AsSpan<int>().ToArray(), value => (long)value),
        _ => throw new OperatorException($"integers (int64 or int32) are expected, but the tensor is {tensor}"),
    };

    /// <summary>The one element of an int32 or int64 tensor.</summary>
    /// <exception cref="OperatorException">There are more elements or none, or they are of another type.</exception>
    public static long Integer(this Tensor tensor) =>
        tensor.Length == 1 ? tensor.Integers()[0] : throw new OperatorException($"one integer is expected, but the tensor is {tensor}");
}
