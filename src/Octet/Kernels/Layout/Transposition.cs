using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Octet.Kernels;

/// <summary>Turns rows into columns.</summary>
static class Transposition
{
    /// <summary>Elements along each side of a tile; its rows on both sides then stay in the nearest cache.</summary>
    const int Tile = 16;

    /// <summary>Up to so many rows or columns are moved one after the other, each in one long loop.</summary>
    const int Few = 4;

    /// <summary><c>destination[row · destinationStride + column] = source[start + column · sourceStride + row]</c>; the source may run
    /// backwards.</summary>
    public static void Run<T>(ReadOnlySpan<T> source, int start, int sourceStride, Span<T> destination, int destinationStride, int rows,
        int columns)
    {
        if (columns <= Few)
        {
            for (var column = 0; column < columns; column++)
                ScatterColumn(source.Slice(start + column * sourceStride, rows), destination[column..], destinationStride);
        }
        else if (rows <= Few)
        {
            for (var row = 0; row < rows; row++)
                GatherRow(source, start + row, sourceStride, destination.Slice(row * destinationStride, columns));
        }
        else if (typeof(T) == typeof(uint))
            MoveFloats(ref MemoryMarshal.GetReference(source), start, sourceStride, destination, destinationStride, rows, columns);
        else MoveTiles(source, start, sourceStride, destination, destinationStride, rows, columns);
    }

    /// <summary>Elements of four bytes, whatever they are, go the way that images go.</summary>
    static unsafe void MoveFloats<T>(ref T source, int start, int sourceStride, Span<T> destination, int destinationStride, int rows,
        int columns)
    {
        fixed (uint* from = &Unsafe.As<T, uint>(ref source), to = &Unsafe.As<T, uint>(ref MemoryMarshal.GetReference(destination)))
        {
            ImageLayout.Transpose((float*)from + start, sourceStride, columns, rows, (float*)to, destinationStride);
        }
    }

    static void MoveTiles<T>(ReadOnlySpan<T> source, int start, int sourceStride, Span<T> destination, int destinationStride, int rows,
        int columns)
    {
        for (var firstColumn = 0; firstColumn < columns; firstColumn += Tile)
        {
            var width = Math.Min(Tile, columns - firstColumn);
            for (var firstRow = 0; firstRow < rows; firstRow += Tile)
            {
                var endRow = Math.Min(firstRow + Tile, rows);
                for (var row = firstRow; row < endRow; row++)
                {
                    GatherRow(source, start + firstColumn * sourceStride + row, sourceStride,
                        destination.Slice(row * destinationStride + firstColumn, width));
                }
            }
        }
    }

    static void GatherRow<T>(ReadOnlySpan<T> source, int from, int stride, Span<T> row)
    {
        for (var i = 0; i < row.Length; i++, from += stride) row[i] = source[from];
    }

    static void ScatterColumn<T>(ReadOnlySpan<T> column, Span<T> destination, int stride)
    {
        var to = 0;
        foreach (var element in column)
        {
            destination[to] = element;
            to += stride;
        }
    }
}
