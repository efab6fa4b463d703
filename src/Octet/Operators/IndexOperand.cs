using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Reads tensors of indices into an axis, as Gather and its relatives take them.</summary>
static class IndexOperand
{
    /// <summary>Turns each index of an int32 or int64 tensor (−extent..extent − 1; negative ones count from the end) into 0..<paramref name="extent"/> − 1.</summary>
    /// <exception cref="OperatorException">An index is out of bounds, or the tensor holds no integers.</exception>
    public static void Read(Tensor indices, int extent, Span<int> result)
    {
        switch (indices.Type)
        {
            case DataType.Int64:
                for (var i = 0; i < result.Length; i++) result[i] = Normalize(indices.Longs[i], extent);
                break;
            case DataType.Int32:
                for (var i = 0; i < result.Length; i++) result[i] = Normalize(indices.Span<int>()[i], extent);
                break;
            default:
                throw new OperatorException($"indices are int32 or int64, but the tensor is {indices}");
        }
    }

    /// <summary>Turns an index that may count from the end into 0..<paramref name="extent"/> − 1.</summary>
    /// <exception cref="OperatorException">The index is out of bounds.</exception>
    public static int Normalize(long index, int extent) =>
        index >= -extent && index < extent ? (int)(index < 0 ? index + extent : index)
        : throw new OperatorException($"index {index} is out of bounds for an axis of {extent} element(s)");
}
