using System.Runtime.CompilerServices;

namespace Octet.Kernels;

/// <summary>
/// Products of a row-major matrix of bytes with a <see cref="PackedIntegerMatrix"/>: fully connected layers, and pointwise convolutions of
/// images with channels last.
/// </summary>
static unsafe class IntegerGemm
{
    /// <summary>Bytes of the left-hand side that one block may take, which stay in the second-level cache.</summary>
    const int BlockBytes = 256 * 1024;

    /// <summary>Most rows in a block, a bound for the memory that their pointers take.</summary>
    const int MaxBlockRows = 1024;

    /// <summary>Computes integers of the output.</summary>
    /// <param name="left">[rows, depth], memory of a tensor.</param>
    /// <param name="right">The packed matrix, with one tap.</param>
    /// <param name="output">[rows, columns]; shares no memory with <paramref name="left"/>.</param>
    /// <param name="rows">Number of rows, zero or more.</param>
    public static void Multiply(byte* left, PackedIntegerMatrix right, byte* output, int rows) => Multiply(left, right, output, null, rows);

    /// <summary>Computes the sums themselves.</summary>
    public static void MultiplyToSums(byte* left, PackedIntegerMatrix right, int* sums, int rows) =>
        Multiply(left, right, null, sums, rows);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Multiply(byte* left, PackedIntegerMatrix right, byte* output, int* sums, int rows)
    {
        nint tap = 0;
        var depth = right.TapDepth;
        var blockRows = Math.Clamp(BlockBytes / Math.Max(1, depth), 1, Math.Max(1, Math.Min(MaxBlockRows, rows)));
        using var pointers = new Scratch<nint>(blockRows);
        var block = new IntegerBlock { Rows = (byte**)pointers.Pointer, Taps = &tap, TapCount = 1, OutputStride = right.Columns };
        right.Describe(ref block);
        for (var row = 0; row < rows; row += blockRows)
        {
            block.RowCount = Math.Min(blockRows, rows - row);
            for (var i = 0; i < block.RowCount; i++) block.Rows[i] = left + (nint)(row + i) * depth;
            if (sums is null) block.Output = output + (nint)row * right.Columns;
            else block.Sums = sums + (nint)row * right.Columns;
            right.Kernel.Multiply(block);
        }
        GC.KeepAlive(right);
    }
}
