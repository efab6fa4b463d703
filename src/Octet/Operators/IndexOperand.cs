using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Reads tensors of indices into an axis, as Gather and its relatives take them.</summary>
static class IndexOperand
{
    /// <summary>Turns each index of an int32 or int64 tensor (−extent..extent − 1; negative ones count from the end) into
    /// 0..<paramref name="extent"/> − 1.</summary>
    /// <exception cref="OperatorException">An index is out of bounds, or the tensor holds no integers.</exception>
    public static void Read(Tensor indices, int extent, Span<int> result)
    {
        switch (indices.Type)
        {
            case DataType.Int64:
                for (var i = 0; i < result.Length; i++) result[i] = Normalize(indices.Longs[i], extent);
                break;
            case DataType.Int32:
                for (var i = 0; i < result.Length; i++) result[i] = Normalize(indices.AsSpan<int>()[i], extent);
                break;
            default:
                throw new OperatorException($"indices are int32 or int64, but the tensor is {indices}");
        }
    }

    /// <summary>
    /// For indices into one axis, as GatherElements and ScatterElements take them: where in the data each index points to, the other
    /// coordinates being those of the index itself.
    /// </summary>
    /// <param name="indices">Of the rank of the data, and along the other axes no longer than it.</param>
    /// <param name="data">Shape of the data.</param>
    /// <param name="axis">The axis that is indexed.</param>
    /// <param name="places">Receives an offset for each index.</param>
    /// <exception cref="OperatorException">An index is out of bounds, or the tensor holds no integers.</exception>
    public static void ReadPlaces(Tensor indices, Shape data, int axis, Span<int> places)
    {
        Read(indices, data[axis], places);
        var strides = data.GetStrides();
        var coordinates = new int[data.Rank];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] *= strides[axis];
            for (var other = 0; other < coordinates.Length; other++)
            {
                if (other != axis) places[i] += coordinates[other] * strides[other];
            }
            Advance(coordinates, indices.Shape);
        }
    }

    /// <summary>
    /// For index tuples, as GatherND and ScatterND take them (the innermost dimension of <paramref name="indices"/>): where in the data
    /// each tuple points to.
    /// </summary>
    /// <param name="indices">[batch dimensions, .., m]: tuples of m coordinates into the dimensions after the batch dimensions.</param>
    /// <param name="data">Shape of the data.</param>
    /// <param name="batchDimensions">Leading dimensions that data and indices share.</param>
    /// <param name="places">Receives an offset for each tuple.</param>
    /// <exception cref="OperatorException">An index is out of bounds, or the tensor holds no integers.</exception>
    public static void ReadTuples(Tensor indices, Shape data, int batchDimensions, Span<int> places)
    {
        var tuple = indices.Shape[^1];
        var strides = data.GetStrides();
        var batches = data.LengthOf(0, batchDimensions);
        var batchLength = data.LengthOf(batchDimensions, data.Rank);
        var coordinates = indices.Integers();
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = (int)((long)i * batches / places.Length) * batchLength;
            for (var k = 0; k < tuple; k++)
            {
                places[i] += Normalize(coordinates[i * tuple + k], data[batchDimensions + k]) * strides[batchDimensions + k];
            }
        }
    }

    /// <summary>Steps to the next coordinates in row-major order.</summary>
    static void Advance(int[] coordinates, Shape shape)
    {
        for (var axis = coordinates.Length - 1; axis >= 0 && ++coordinates[axis] == shape[axis]; axis--) coordinates[axis] = 0;
    }

    /// <summary>Turns an index that may count from the end into 0..<paramref name="extent"/> − 1.</summary>
    /// <exception cref="OperatorException">The index is out of bounds.</exception>
    public static int Normalize(long index, int extent) =>
        index >= -extent && index < extent ? (int)(index < 0 ? index + extent : index)
        : throw new OperatorException($"index {index} is out of bounds for an axis of {extent} element(s)");
}
