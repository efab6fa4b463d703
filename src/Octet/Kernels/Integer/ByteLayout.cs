using System.Runtime.CompilerServices;

namespace Octet.Kernels;

/// <summary>The two layouts of images of bytes, and the way from one to the other.</summary>
static unsafe class ByteLayout
{
    /// <summary>Rows and columns that are handled at a time, so that both sides stay in the first-level cache.</summary>
    const int Block = 64;

    /// <summary>From [images, rows, columns] to [images, columns, rows].</summary>
    public static void TransposeEach(ReadOnlySpan<byte> x, Span<byte> y, int images, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, images * rows * columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length);
        fixed (byte* source = x, destination = y)
        {
            for (var image = 0; image < images; image++)
            {
                var start = (nint)image * rows * columns;
                Transpose(source + start, columns, rows, columns, destination + start, rows);
            }
        }
    }

    /// <summary><c>destination[column, row] = source[row, column]</c>.</summary>
    /// <param name="source">[rows, columns], <paramref name="sourceStride"/> bytes from row to row.</param>
    /// <param name="sourceStride">At least <paramref name="columns"/>.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="destination">[columns, rows], <paramref name="destinationStride"/> bytes from row to row.</param>
    /// <param name="destinationStride">At least <paramref name="rows"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(byte* source, nint sourceStride, int rows, int columns, byte* destination, nint destinationStride)
    {
        if (rows == 1 && destinationStride == 1 || columns == 1 && sourceStride == 1)
        {
            new ReadOnlySpan<byte>(source, rows * columns).CopyTo(new Span<byte>(destination, rows * columns));
            return;
        }
        if (rows == 3)
        {
            TransposeThreeRows(source, source + sourceStride, source + 2 * sourceStride, columns, destination, destinationStride);
            return;
        }
        for (var row = 0; row < rows; row += Block)
        {
            for (var column = 0; column < columns; column += Block)
            {
                TransposeBlock(
                    source + row * sourceStride + column, sourceStride, Math.Min(Block, rows - row), Math.Min(Block, columns - column),
                    destination + column * destinationStride + row, destinationStride);
            }
        }
    }

    /// <summary>Pictures of three channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void TransposeThreeRows(byte* first, byte* second, byte* third, int columns, byte* destination, nint destinationStride)
    {
        for (nint column = 0; column < columns; column++, destination += destinationStride)
        {
            destination[0] = first[column];
            destination[1] = second[column];
            destination[2] = third[column];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void TransposeBlock(byte* source, nint sourceStride, int rows, int columns, byte* destination, nint destinationStride)
    {
        for (var column = 0; column < columns; column++)
        {
            byte* from = source + column, to = destination + column * destinationStride;
            for (var row = 0; row < rows; row++, from += sourceStride) to[row] = *from;
        }
    }
}
