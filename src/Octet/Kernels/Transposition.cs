namespace Octet.Kernels;

/// <summary>Turns rows into columns.</summary>
static class Transposition
{
    /// <summary>Elements along each side of a tile; its rows on both sides then stay in the nearest cache.</summary>
    const int Tile = 16;

    /// <summary><c>destination[row · destinationStride + column] = source[start + column · sourceStride + row]</c>; the source may run backwards.</summary>
    public static void Run<T>(ReadOnlySpan<T> source, int start, int sourceStride, Span<T> destination, int destinationStride, int rows, int columns)
    {
        for (var firstColumn = 0; firstColumn < columns; firstColumn += Tile)
        {
            var width = Math.Min(Tile, columns - firstColumn);
            for (var firstRow = 0; firstRow < rows; firstRow += Tile)
            {
                var endRow = Math.Min(firstRow + Tile, rows);
                for (var row = firstRow; row < endRow; row++)
                {
                    var line = destination.Slice(row * destinationStride + firstColumn, width);
                    var from = start + firstColumn * sourceStride + row;
                    for (var i = 0; i < line.Length; i++, from += sourceStride) line[i] = source[from];
                }
            }
        }
    }
}
