using System.Runtime.Intrinsics.X86;

namespace Octet.Kernels;

/// <summary>
/// Products with a <see cref="NibbleMatrix"/>. Few rows are multiplied with the integers as they are, so that memory is read in 4 bits;
/// for many rows some columns at a time become floats in the second-level cache, which <see cref="GemmKernel"/> multiplies.
/// </summary>
/// <remarks>
/// Of few rows each sum is one chain of multiply-adds in a block, and one over the blocks; of many, one chain over all. The bits depend
/// on the number of rows, and neither on the level nor on how columns are divided among threads.
/// </remarks>
static unsafe class NibbleProduct
{
    /// <summary>Up to so many rows are multiplied with the integers: beyond, turning these into floats costs less.</summary>
    public const int MaxFewRows = 24;

    /// <summary>Rows and groups that a kernel takes at once: enough sums that none waits for itself.</summary>
    const int Tile = 4;

    /// <summary>Groups of columns that become floats at once: three of the widest vectors.</summary>
    const int PanelGroups = 3;

    const int Width = NibbleMatrix.GroupColumns;

    /// <summary><c>output[i, j] = Σₖ left[i, k] · matrix[k, j] + bias[j]</c> for the columns of some groups.</summary>
    /// <param name="left">[rows, matrix.Depth].</param>
    /// <param name="matrix">The packed matrix.</param>
    /// <param name="bias">[matrix.Columns]; null for none.</param>
    /// <param name="output">[rows, matrix.Columns].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="firstGroup">The first group.</param>
    /// <param name="endGroup">The group behind the last.</param>
    /// <param name="level">The vectors to compute with.</param>
    public static void Multiply(
        float* left, NibbleMatrix matrix, float* bias, float* output, int rows, int firstGroup, int endGroup, SimdLevel level)
    {
        var isWide = level == SimdLevel.Vector512 && Avx512F.IsSupported;
        if (rows > MaxFewRows) MultiplyManyRows(left, matrix, output, rows, firstGroup, endGroup, level);
        else MultiplyFewRows(left, matrix, output, rows, firstGroup, endGroup, isWide);
        if (bias is null) return;
        var (first, end) = (firstGroup * Width, Math.Min(endGroup * Width, matrix.Columns));
        for (var row = 0; row < rows; row++)
        {
            for (var column = first; column < end; column++) output[(nint)row * matrix.Columns + column] += bias[column];
        }
    }

    /// <summary>The definition for few rows, one element at a time.</summary>
    internal static float DefineElement(ReadOnlySpan<float> row, NibbleMatrix matrix, int column)
    {
        var total = 0f;
        for (var block = 0; block < matrix.Blocks; block++)
        {
            var (at, group) = (block * Width + column % Width, column / Width);
            var (sum, dataSum) = (0f, 0f);
            for (var k = block * matrix.BlockSize; k < Math.Min(matrix.Depth, (block + 1) * matrix.BlockSize); k++)
            {
                var word = matrix.WordsOf(group)[k / NibbleMatrix.WordRows * Width + column % Width];
                sum = Lanes1.MultiplyAdd((int)(word >> (4 * (k % NibbleMatrix.WordRows)) & 15) - NibbleMatrix.Middle, row[k], sum);
                dataSum += row[k];
            }
            if (matrix.OffsetsOf(group) is var offsets && offsets is not null) sum = Lanes1.MultiplyAdd(-offsets[at], dataSum, sum);
            total = Lanes1.MultiplyAdd(matrix.ScalesOf(group)[at], sum, total);
        }
        return total;
    }

    static void MultiplyFewRows(
        float* left, NibbleMatrix matrix, float* output, int rows, int firstGroup, int endGroup, bool isWide)
    {
        var padded = matrix.Words * NibbleMatrix.WordRows;
        // What lies beyond the depth has to be zero, and each row needs the sums of its blocks where there are zero points.
        using var data = new Scratch<float>(padded == matrix.Depth ? 1 : rows * padded);
        using var sums = new Scratch<float>(rows * matrix.Blocks);
        if (padded != matrix.Depth)
        {
            data.Span.Clear();
            for (var row = 0; row < rows; row++)
                new ReadOnlySpan<float>(left + (nint)row * matrix.Depth, matrix.Depth).CopyTo(data.Span[(row * padded)..]);
            left = data.Pointer;
        }
        SumBlocks(left, matrix, padded, rows, sums.Pointer);
        var totals = stackalloc float[Tile * Width];
        for (var row = 0; row < rows; row += Tile)
        {
            var height = Math.Min(Tile, rows - row);
            float* x = left + (nint)row * padded, blockSums = sums.Pointer + row * matrix.Blocks;
            for (var group = firstGroup; group < endGroup;)
            {
                var groups = height == 1 ? Math.Min(Tile, endGroup - group) : 1;
                var tile = new Operands(matrix, group, groups, x, blockSums, height, padded);
                if (isWide) NibbleKernel<Lanes16, NibbleWords16>.Multiply(tile, totals);
                else NibbleKernel<Lanes8, NibbleWords8>.Multiply(tile, totals);
                for (var i = 0; i < Math.Max(height, groups); i++)
                {
                    var (atRow, column) = (row + (height == 1 ? 0 : i), (group + (height == 1 ? i : 0)) * Width);
                    new ReadOnlySpan<float>(totals + i * Width, Math.Min(Width, matrix.Columns - column))
                        .CopyTo(new(output + (nint)atRow * matrix.Columns + column, Math.Min(Width, matrix.Columns - column)));
                }
                group += groups;
            }
        }
    }

    static void SumBlocks(float* left, NibbleMatrix matrix, int padded, int rows, float* sums)
    {
        if (matrix.OffsetsOf(0) is null) return;
        for (var row = 0; row < rows; row++)
        {
            for (var block = 0; block < matrix.Blocks; block++)
            {
                var sum = 0f;
                for (var k = block * matrix.BlockSize; k < Math.Min(padded, (block + 1) * matrix.BlockSize); k++)
                    sum += left[(nint)row * padded + k];
                sums[row * matrix.Blocks + block] = sum;
            }
        }
    }

    static void MultiplyManyRows(
        float* left, NibbleMatrix matrix, float* output, int rows, int firstGroup, int endGroup, SimdLevel level)
    {
        var kernel = GemmKernel.For(level);
        // As many rows as leave room for the panels in the second-level cache.
        var blockRows = Math.Min(rows, Math.Clamp(64 * 1024 / matrix.Depth, 12, 96));
        using var panels = new Scratch<float>(PanelGroups * Width * matrix.Words * NibbleMatrix.WordRows);
        using var zeros = new Scratch<float>(PanelGroups * Width);
        // Only the last columns, where they fill no whole vectors, go through memory beside the output.
        using var edge = new Scratch<float>(blockRows * PanelGroups * Width);
        using var pointers = new Scratch<nint>(blockRows);
        zeros.Span.Clear();
        nint tap = 0;
        for (int group = firstGroup, groups; group < endGroup; group += groups)
        {
            groups = Math.Min(PanelGroups, endGroup - group);
            var layout = new PanelLayout(groups * Width, matrix.Depth, kernel.Lanes);
            Unpack(matrix, group, layout, panels.Pointer);
            var (column, columns) = (group * Width, Math.Min(groups * Width, matrix.Columns - group * Width));
            var isWhole = columns == groups * Width;
            for (var row = 0; row < rows; row += blockRows)
            {
                var count = Math.Min(blockRows, rows - row);
                var rowPointers = (float**)pointers.Pointer;
                for (var i = 0; i < count; i++) rowPointers[i] = left + (nint)(row + i) * matrix.Depth;
                var target = output + (nint)row * matrix.Columns + column;
                kernel.Multiply(new GemmBlock
                {
                    Rows = rowPointers,
                    RowCount = count,
                    Taps = &tap,
                    TapCount = 1,
                    TapDepth = matrix.Depth,
                    Layout = layout,
                    Panels = panels.Pointer,
                    Bias = zeros.Pointer,
                    Output = isWhole ? target : edge.Pointer,
                    OutputStride = isWhole ? matrix.Columns : groups * Width,
                    Limits = Limits.None,
                });
                for (var i = 0; i < count && !isWhole; i++)
                {
                    new ReadOnlySpan<float>(edge.Pointer + i * groups * Width, columns)
                        .CopyTo(new(target + (nint)i * matrix.Columns, columns));
                }
            }
        }
    }

    /// <summary>Writes the real values of some groups as panels.</summary>
    static void Unpack(NibbleMatrix matrix, int group, PanelLayout layout, float* panels)
    {
        for (int vector = 0, width; vector < layout.Vectors; vector += width)
        {
            width = layout.PanelWidth(vector);
            for (var member = 0; member < width; member++)
            {
                var (first, place) = Math.DivRem((vector + member) * layout.Lanes, Width);
                var target = panels + member * layout.Lanes;
                var source = new Column(matrix, group + first, place, target, width * layout.Lanes);
                if (layout.Lanes == Lanes16.Count && Avx512F.IsSupported)
                    NibbleKernel<Lanes16, NibbleWords16>.Unpack(source, layout.Lanes);
                else if (layout.Lanes % Lanes8.Count == 0) NibbleKernel<Lanes8, NibbleWords8>.Unpack(source, layout.Lanes);
                else Unpack(source, layout.Lanes);
            }
            panels += (nint)width * layout.Lanes * matrix.Depth;
        }
    }

    static void Unpack(Column column, int lanes)
    {
        for (var k = 0; k < column.Matrix.Depth; k++)
        {
            for (var lane = 0; lane < lanes; lane++)
                column.Target[(nint)k * column.Stride + lane] = column.Matrix[k, column.Group * Width + column.Place + lane];
        }
    }

    /// <summary>A tile of the product of few rows: one row and some groups, or some rows and one group.</summary>
    /// <param name="Matrix">The matrix.</param>
    /// <param name="Group">The first group.</param>
    /// <param name="Groups">1 to 4; 1 where there are several rows.</param>
    /// <param name="Data">The first row.</param>
    /// <param name="BlockSums">The sums of the data of each block, row after row; of no meaning without zero points.</param>
    /// <param name="Rows">1 to 4.</param>
    /// <param name="Stride">Floats from one row to the next.</param>
    internal readonly record struct Operands(
        NibbleMatrix Matrix, int Group, int Groups, nint Data, nint BlockSums, int Rows, int Stride)
    {
        public Operands(NibbleMatrix matrix, int group, int groups, float* data, float* blockSums, int rows, int stride)
            : this(matrix, group, groups, (nint)data, (nint)blockSums, rows, stride) { }

        /// <summary>The group at a place of the tile; beyond the last the last once more.</summary>
        public int GroupAt(int place) => Group + Math.Min(place, Groups - 1);

        /// <summary>The row at a place of the tile; beyond the last the last once more.</summary>
        public float* RowAt(int place) => (float*)Data + (nint)Math.Min(place, Rows - 1) * Stride;

        public float* SumsAt(int place) => (float*)BlockSums + (nint)Math.Min(place, Rows - 1) * Matrix.Blocks;
    }

    /// <summary>A vector of columns, and where its real values go.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="group">The group of the columns.</param>
    /// <param name="place">The first column in it.</param>
    /// <param name="target">Where the values of the first row go.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    internal readonly struct Column(NibbleMatrix matrix, int group, int place, float* target, int stride)
    {
        public readonly NibbleMatrix Matrix = matrix;
        public readonly int Group = group, Place = place, Stride = stride;
        public readonly float* Target = target;
    }
}
