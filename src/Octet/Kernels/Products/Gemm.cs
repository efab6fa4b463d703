namespace Octet.Kernels;

/// <summary>Products of a row-major matrix with a <see cref="PackedMatrix"/>: fully connected layers, and pointwise convolutions of NHWC
/// images.</summary>
static unsafe class Gemm
{
    /// <summary>Floats of the left-hand side that one block may take: 256 KiB, half of the second-level cache.</summary>
    const int BlockFloats = 64 * 1024;

    /// <summary>Most rows in a block, a bound for the memory that their pointers take.</summary>
    const int MaxBlockRows = 1024;

    /// <summary><c>output[i, j] = limit(Σₖ left[i, k] · right[k, j] + bias[j] + residual[i, j])</c>.</summary>
    /// <param name="left">[rows, right.Depth], row after row.</param>
    /// <param name="right">The packed matrix and its bias.</param>
    /// <param name="output">[rows, right.Columns]; shares no memory with the other operands.</param>
    /// <param name="rows">Number of rows, zero or more.</param>
    /// <param name="limits">What the results are limited to.</param>
    /// <param name="residual">[rows, right.Columns]; empty for none.</param>
    /// <param name="activation">Applied to the limited results; null for none.</param>
    public static void Multiply(
        ReadOnlySpan<float> left, PackedMatrix right, Span<float> output, int rows, Limits limits, ReadOnlySpan<float> residual = default,
        FloatMap? activation = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(left.Length, rows * right.Depth);
        ArgumentOutOfRangeException.ThrowIfNotEqual(output.Length, rows * right.Columns);
        if (!residual.IsEmpty) ArgumentOutOfRangeException.ThrowIfNotEqual(residual.Length, output.Length);

        nint tap = 0;
        fixed (float* leftStart = left, outputStart = output, residualStart = residual)
        {
            var blockRows = Math.Clamp(RowsInBlock(right.Layout), 1, Math.Max(1, rows));
            using var pointers = new Scratch<nint>(blockRows);
            var block = new GemmBlock
            {
                Rows = (float**)pointers.Pointer,
                Taps = &tap,
                TapCount = 1,
                TapDepth = right.Depth,
                Layout = right.Layout,
                Panels = right.Panels,
                Bias = right.Bias,
                OutputStride = right.Columns,
                Limits = limits,
            };
            for (var row = 0; row < rows; row += blockRows)
            {
                block.RowCount = Math.Min(blockRows, rows - row);
                for (var i = 0; i < block.RowCount; i++) block.Rows[i] = leftStart + (nint)(row + i) * right.Depth;
                block.Output = outputStart + (nint)row * right.Columns;
                block.Residual = residualStart is null ? null : residualStart + (nint)row * right.Columns;
                right.Kernel.Multiply(block);
                if (activation is not null)
                {
                    var computed = output.Slice(row * right.Columns, block.RowCount * right.Columns);
                    activation(computed, computed);
                }
            }
            GC.KeepAlive(right);
        }
    }

    /// <summary>
    /// How many rows pass by a panel before the next one: so many that a panel is read from the first-level cache nearly always, and so few
    /// that the rows come from the second level when the next panel needs them. Where the matrix is small, the results stay there too until
    /// their row is complete.
    /// </summary>
    static int RowsInBlock(PanelLayout layout)
    {
        var isSmall = layout.Length <= 8 * 1024;
        return Math.Clamp(BlockFloats / Math.Max(1, isSmall ? layout.Depth + layout.Columns : layout.Depth), 12, MaxBlockRows);
    }

    /// <summary>The definition, one element at a time.</summary>
    internal static void MultiplyReference(
        ReadOnlySpan<float> left, ReadOnlySpan<float> right, ReadOnlySpan<float> bias, Span<float> output, int rows, int columns,
        Limits limits, ReadOnlySpan<float> residual)
    {
        var depth = columns == 0 ? 0 : right.Length / columns;
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var sum = 0f;
                for (var k = 0; k < depth; k++) sum = Lanes1.MultiplyAdd(left[i * depth + k], right[k * columns + j], sum);
                if (!bias.IsEmpty) sum += bias[j];
                if (!residual.IsEmpty) sum += residual[i * columns + j];
                output[i * columns + j] = Lanes1.Limit(sum, limits.Low, limits.High);
            }
        }
    }
}
