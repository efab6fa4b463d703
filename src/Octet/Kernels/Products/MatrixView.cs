namespace Octet.Kernels;

/// <summary>The right-hand side of a matrix product: a matrix that is there, or one whose rows are gathered on demand.</summary>
unsafe interface IColumnSource<T> where T : unmanaged
{
    /// <summary>Writes <paramref name="count"/> elements of row <paramref name="row"/>, from column <paramref name="firstColumn"/>
    /// on.</summary>
    void CopyRow(int row, int firstColumn, int count, T* destination);
}

/// <summary>A matrix in memory with any distance between rows and between columns, so that a transposed matrix is but another
/// view.</summary>
/// <param name="Start">The first element.</param>
/// <param name="RowStride">Elements from one row to the next.</param>
/// <param name="ColumnStride">Elements from one column to the next.</param>
readonly unsafe record struct MatrixView<T>(nint Start, int RowStride, int ColumnStride = 1) : IColumnSource<T> where T : unmanaged
{
    public MatrixView(T* start, int rowStride, int columnStride = 1) : this((nint)start, rowStride, columnStride) { }

    public T* Row(int row) => (T*)Start + (nint)row * RowStride;

    public void CopyRow(int row, int firstColumn, int count, T* destination)
    {
        var source = Row(row) + (nint)firstColumn * ColumnStride;
        if (ColumnStride == 1)
        {
            new ReadOnlySpan<T>(source, count).CopyTo(new Span<T>(destination, count));
            return;
        }
        for (var i = 0; i < count; i++, source += ColumnStride) destination[i] = *source;
    }
}
