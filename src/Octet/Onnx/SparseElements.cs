using Octet.Tensors;

namespace Octet.Onnx;

/// <summary>Spreads the stored elements of a sparse tensor.</summary>
static class SparseElements
{
    /// <param name="values">[count].</param>
    /// <param name="indices">int64 [count] into the flattened tensor, or [count, rank].</param>
    /// <param name="shape">The shape of the result.</param>
    /// <exception cref="OctetException">The three do not fit each other.</exception>
    public static Tensor Scatter(Tensor values, Tensor indices, Shape shape)
    {
        if (values.Type == DataType.String) throw new ModelException("is sparse and of strings, which Octet does not read");
        if (indices.Type != DataType.Int64 || values.Shape.Rank != 1 || !Fits(indices.Shape, values.Length, shape.Rank))
        {
            throw new ModelException($"is sparse, but its values {values} and indices {indices} do not describe shape {shape}");
        }

        var dense = new Tensor(values.Type, shape);
        var size = values.Type.Size;
        for (var i = 0; i < values.Length; i++)
        {
            var place = indices.Shape.Rank == 1 ? indices.Longs[i] : Flatten(indices.Longs.Slice(i * shape.Rank, shape.Rank), shape);
            if (place < 0 || place >= dense.Length) throw new ModelException($"is sparse, and its index {i} lies outside shape {shape}");
            values.Bytes.Slice(i * size, size).CopyTo(dense.Bytes[(int)(place * size)..]);
        }
        return dense;
    }

    static bool Fits(Shape indices, int count, int rank) =>
        indices.Rank is 1 or 2 && indices[0] == count && (indices.Rank == 1 || indices[1] == rank);

    /// <summary>−1 for coordinates outside the shape.</summary>
    static long Flatten(ReadOnlySpan<long> coordinates, Shape shape)
    {
        long place = 0;
        for (var axis = 0; axis < coordinates.Length; axis++)
        {
            if (coordinates[axis] < 0 || coordinates[axis] >= shape[axis]) return -1;
            place = place * shape[axis] + coordinates[axis];
        }
        return place;
    }
}
