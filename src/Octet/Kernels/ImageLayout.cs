using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Octet.Kernels;

/// <summary>The two layouts of images, channels first as in ONNX and channels last as the fast kernels want them, and the way from one to the other.</summary>
static unsafe class ImageLayout
{
    /// <summary>Rows and columns that are handled at a time, so that both sides stay in the first-level cache.</summary>
    const int Block = 32;

    /// <summary>From [images, channels, pixels] to [images, pixels, channels].</summary>
    public static void ToChannelsLast(ReadOnlySpan<float> x, Span<float> y, int images, int channels, int pixels) => TransposeEach(x, y, images, channels, pixels);

    /// <summary>From [images, pixels, channels] to [images, channels, pixels].</summary>
    public static void ToChannelsFirst(ReadOnlySpan<float> x, Span<float> y, int images, int channels, int pixels) => TransposeEach(x, y, images, pixels, channels);

    static void TransposeEach(ReadOnlySpan<float> x, Span<float> y, int count, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, count * rows * columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length);
        fixed (float* source = x, destination = y)
        {
            for (var i = 0; i < count; i++)
            {
                var start = (nint)i * rows * columns;
                Transpose(source + start, columns, rows, columns, destination + start, rows);
            }
        }
    }

    /// <summary><c>destination[column, row] = source[row, column]</c>.</summary>
    /// <param name="source">[rows, columns], <paramref name="sourceStride"/> floats from row to row.</param>
    /// <param name="sourceStride">At least <paramref name="columns"/>.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="destination">[columns, rows], <paramref name="destinationStride"/> floats from row to row.</param>
    /// <param name="destinationStride">At least <paramref name="rows"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* source, nint sourceStride, int rows, int columns, float* destination, nint destinationStride)
    {
        if (rows == 3)
        {
            TransposeThreeRows(source, sourceStride, columns, destination, destinationStride);
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

    /// <summary>Pictures come with three colours, and each picture passes here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void TransposeThreeRows(float* source, nint sourceStride, int columns, float* destination, nint destinationStride)
    {
        float* second = source + sourceStride, third = second + sourceStride;
        for (var column = 0; column < columns; column++, destination += destinationStride)
        {
            destination[0] = source[column];
            destination[1] = second[column];
            destination[2] = third[column];
        }
    }

    /// <summary>Gathers four elements of a column at a time, to write them as one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void TransposeBlock(float* source, nint sourceStride, int rows, int columns, float* destination, nint destinationStride)
    {
        var wholeRows = Vector128.IsHardwareAccelerated ? rows & ~3 : 0;
        for (var row = 0; row < wholeRows; row += 4)
        {
            float* first = source + row * sourceStride, second = first + sourceStride, third = second + sourceStride, fourth = third + sourceStride;
            for (var column = 0; column < columns; column++)
            {
                Vector128.Create(first[column], second[column], third[column], fourth[column]).Store(destination + column * destinationStride + row);
            }
        }
        TransposeReference(source + wholeRows * sourceStride, sourceStride, rows - wholeRows, columns, destination + wholeRows, destinationStride);
    }

    /// <summary>The definition.</summary>
    internal static void TransposeReference(float* source, nint sourceStride, int rows, int columns, float* destination, nint destinationStride)
    {
        for (var column = 0; column < columns; column++)
        {
            for (var row = 0; row < rows; row++) destination[column * destinationStride + row] = source[row * sourceStride + column];
        }
    }
}
