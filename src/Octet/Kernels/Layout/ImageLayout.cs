using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Octet.Kernels;

/// <summary>The two layouts of images, channels first as in ONNX and channels last as the fast kernels want them, and the way from one to
/// the other.</summary>
static unsafe class ImageLayout
{
    /// <summary>Rows and columns that are handled at a time, so that both sides stay in the first-level cache.</summary>
    const int Block = 32;

    /// <summary>From [images, channels, pixels] to [images, pixels, channels].</summary>
    public static void ToChannelsLast(ReadOnlySpan<float> x, Span<float> y, int images, int channels, int pixels) =>
        TransposeEach(x, y, images, channels, pixels);

    /// <summary>From [images, pixels, channels] to [images, channels, pixels].</summary>
    public static void ToChannelsFirst(ReadOnlySpan<float> x, Span<float> y, int images, int channels, int pixels) =>
        TransposeEach(x, y, images, pixels, channels);

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
        // Along the longer side one block after the other, so that on one side a run of memory is done with before the next begins.
        var (outerEnd, innerEnd) = rows > columns ? (rows, columns) : (columns, rows);
        for (var outer = 0; outer < outerEnd; outer += Block)
        {
            for (var inner = 0; inner < innerEnd; inner += Block)
            {
                var (row, column) = rows > columns ? (outer, inner) : (inner, outer);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void TransposeBlock(float* source, nint sourceStride, int rows, int columns, float* destination, nint destinationStride)
    {
        var row = 0;
        for (; Avx.IsSupported && row <= rows - 8; row += 8)
            TransposeEightRows(source + row * sourceStride, sourceStride, columns, destination + row, destinationStride);
        for (; Vector128.IsHardwareAccelerated && row <= rows - 4; row += 4)
            TransposeFourRows(source + row * sourceStride, sourceStride, columns, destination + row, destinationStride);
        TransposeReference(source + row * sourceStride, sourceStride, rows - row, columns, destination + row, destinationStride);
    }

    /// <summary>Four columns at a time: a register takes a row in each half, and two rounds of interleaving bring the eight elements of a
    /// column together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void TransposeEightRows(float* source, nint stride, int columns, float* destination, nint destinationStride)
    {
        float* row1 = source + stride, row2 = row1 + stride, row3 = row2 + stride, row4 = row3 + stride, row5 = row4 + stride, row6 = row5
            + stride, row7 = row6 + stride;
        var column = 0;
        for (; column <= columns - 4; column += 4, destination += 4 * destinationStride)
        {
            var rows04 = Vector256.Create(Vector128.Load(source + column), Vector128.Load(row4 + column));
            var rows15 = Vector256.Create(Vector128.Load(row1 + column), Vector128.Load(row5 + column));
            var rows26 = Vector256.Create(Vector128.Load(row2 + column), Vector128.Load(row6 + column));
            var rows37 = Vector256.Create(Vector128.Load(row3 + column), Vector128.Load(row7 + column));
            var (rows0145, rows2367) = (Avx.UnpackLow(rows04, rows15), Avx.UnpackLow(rows26, rows37));
            Avx.Shuffle(rows0145, rows2367, 0b01_00_01_00).Store(destination);
            Avx.Shuffle(rows0145, rows2367, 0b11_10_11_10).Store(destination + destinationStride);
            (rows0145, rows2367) = (Avx.UnpackHigh(rows04, rows15), Avx.UnpackHigh(rows26, rows37));
            Avx.Shuffle(rows0145, rows2367, 0b01_00_01_00).Store(destination + 2 * destinationStride);
            Avx.Shuffle(rows0145, rows2367, 0b11_10_11_10).Store(destination + 3 * destinationStride);
        }
        TransposeReference(source + column, stride, rows: 8, columns - column, destination, destinationStride);
    }

    /// <summary>Gathers four elements of a column at a time, to write them as one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void TransposeFourRows(float* source, nint stride, int columns, float* destination, nint destinationStride)
    {
        float* second = source + stride, third = second + stride, fourth = third + stride;
        for (var column = 0; column < columns; column++)
        {
            Vector128.Create(source[column], second[column], third[column], fourth[column]).Store(destination + column * destinationStride);
        }
    }

    /// <summary>The definition.</summary>
    internal static void TransposeReference(float* source, nint sourceStride, int rows, int columns, float* destination,
        nint destinationStride)
    {
        for (var column = 0; column < columns; column++)
        {
            for (var row = 0; row < rows; row++) destination[column * destinationStride + row] = source[row * sourceStride + column];
        }
    }
}
