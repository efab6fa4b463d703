using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>
/// The integer product behind matrix multiplication and convolution:
/// <c>output[i, j] = requantize(bias[j] + Σₖ left[i, k] · right[k, j])</c>, or the sums themselves.
/// </summary>
/// <remarks>Sums are exact, so the result depends neither on the level nor on how the work is divided.</remarks>
abstract class IntegerKernel : IDotProductKernel<IntegerKernel>
{
    static readonly IntegerKernel?[] Kernels = new IntegerKernel?[Enum.GetValues<DotProductLevel>().Length];

    /// <summary>Sums in a register.</summary>
    public abstract int Lanes { get; }

    /// <summary>See <see cref="IDotProduct{TSums, TBytes, TWeights}.LowestByte"/>.</summary>
    public abstract int LowestByte { get; }

    /// <summary>Most registers of sums side by side in a tile.</summary>
    public const int WidestPanel = 2;

    public static IntegerKernel For(DotProductLevel level) => Kernels[(int)level] ??= DotProducts.Create<IntegerKernel>(level);

    public static IntegerKernel Create<TDot, TSums, TBytes, TWeights>()
        where TDot : unmanaged, IDotProduct<TSums, TBytes, TWeights> where TSums : unmanaged where TBytes : unmanaged
            where TWeights : unmanaged =>
        new IntegerKernel<TDot, TSums, TBytes, TWeights>();

    public abstract void Multiply(in IntegerBlock block);
}

/// <inheritdoc/>
/// <remarks>
/// Sums stay in registers: a tile of up to six rows by one or two registers, for each four bytes of depth one load for each register and
/// one for each row.
/// </remarks>
sealed unsafe class IntegerKernel<TDot, TSums, TBytes, TWeights> : IntegerKernel
    where TDot : unmanaged, IDotProduct<TSums, TBytes, TWeights> where TSums : unmanaged where TBytes : unmanaged where TWeights : unmanaged
{
    const int MaxRows = 6;

    public override int Lanes => TDot.Lanes;

    public override int LowestByte => TDot.LowestByte;

    public override void Multiply(in IntegerBlock block)
    {
        if (block.Layout.IsNarrow)
        {
            MultiplyNarrow(block);
            return;
        }
        for (int vector = 0, width; vector < block.Layout.Vectors; vector += width)
        {
            width = block.Layout.PanelWidth(vector);
            MultiplyPanel(width, new(block, vector, block.Layout.FirstColumn(vector + width - 1)), block.RowCount);
        }
    }

    /// <summary>Fewer columns than lanes: whole registers go through memory beside the output, tile by tile.</summary>
    static void MultiplyNarrow(in IntegerBlock block)
    {
        var columns = block.Layout.Columns;
        var output = stackalloc int[MaxRows * TDot.Lanes];
        for (int row = 0, rows; row < block.RowCount; row += rows)
        {
            rows = Math.Min(MaxRows, block.RowCount - row);
            var wide = block with
            {
                Rows = block.Rows + row,
                Output = (byte*)output,
                Sums = block.Sums is null ? null : output,
                OutputStride = TDot.Lanes,
            };
            MultiplyPanel(width: 1, new(wide, vector: 0, lastColumn: 0), rows);
            for (var i = 0; i < rows; i++)
            {
                var place = (row + i) * block.OutputStride;
                if (block.Sums is null) new Span<byte>((byte*)output + i * TDot.Lanes, columns).CopyTo(new(block.Output + place, columns));
                else new Span<int>(output + i * TDot.Lanes, columns).CopyTo(new(block.Sums + place, columns));
            }
        }
    }

    static void MultiplyPanel(int width, in IntegerPanel panel, int rows)
    {
        if (rows == 0) return;
        var tallest = Math.Min(MaxRows, TDot.TileRows(width));
        var tiles = (rows + tallest - 1) / tallest;
        var (height, tallerTiles) = Math.DivRem(rows, tiles);
        MultiplyTiles(height + 1, width, panel, firstRow: 0, tallerTiles);
        MultiplyTiles(height, width, panel, firstRow: (height + 1) * tallerTiles, tiles - tallerTiles);
    }

    static void MultiplyTiles(int height, int width, in IntegerPanel panel, int firstRow, int tiles)
    {
        if (tiles == 0) return;
        if (width == 1) MultiplyTiles<One>(height, panel, firstRow, tiles);
        else MultiplyTiles<Two>(height, panel, firstRow, tiles);
    }

    static void MultiplyTiles<TVectors>(int height, in IntegerPanel panel, int firstRow, int tiles) where TVectors : unmanaged, IConstant
    {
        switch (height)
        {
            case 1: MultiplyTiles<One, TVectors>(panel, firstRow, tiles); break;
            case 2: MultiplyTiles<Two, TVectors>(panel, firstRow, tiles); break;
            case 3: MultiplyTiles<Three, TVectors>(panel, firstRow, tiles); break;
            case 4: MultiplyTiles<Four, TVectors>(panel, firstRow, tiles); break;
            case 5: MultiplyTiles<Five, TVectors>(panel, firstRow, tiles); break;
            default: MultiplyTiles<Six, TVectors>(panel, firstRow, tiles); break;
        }
    }

    static void MultiplyTiles<TRows, TVectors>(in IntegerPanel panel, int firstRow, int tiles)
        where TRows : unmanaged, IConstant where TVectors : unmanaged, IConstant
    {
        if (panel.Flips) MultiplyTiles<TRows, TVectors, One>(panel, firstRow, tiles);
        else MultiplyTiles<TRows, TVectors, Zero>(panel, firstRow, tiles);
    }

    static void MultiplyTiles<TRows, TVectors, TFlips>(in IntegerPanel panel, int firstRow, int tiles)
        where TRows : unmanaged, IConstant where TVectors : unmanaged, IConstant where TFlips : unmanaged, IConstant
    {
        if (panel.Sums is not null) MultiplyTiles<TRows, TVectors, TFlips, Two>(panel, firstRow, tiles);
        else if (panel.Clamps) MultiplyTiles<TRows, TVectors, TFlips, One>(panel, firstRow, tiles);
        else MultiplyTiles<TRows, TVectors, TFlips, Zero>(panel, firstRow, tiles);
    }

    /// <summary>
    /// Tiles of one shape down a panel. What the shape does not use, the compiler removes. TKind says what is stored: bytes, bytes of steps
    /// that are clamped, or sums.
    /// </summary>
    // Not inlined, for a caller that inlines it has no budget left to inline what the loop is made of.
    [MethodImpl(AggressiveOptimization | NoInlining)]
    static void MultiplyTiles<TRows, TVectors, TFlips, TKind>(in IntegerPanel panel, int firstRow, int tiles)
        where TRows : unmanaged, IConstant where TVectors : unmanaged, IConstant where TFlips : unmanaged, IConstant
            where TKind : unmanaged, IConstant
    {
        nint quads = panel.TapQuads;
        var rows = panel.Rows + firstRow;
        var start = IntegerTileRow<TDot, TSums, TBytes, TWeights, TVectors>.Load(panel.Bias);
        var stride = panel.StrideBytes;
        var output = panel.OutputBytes + firstRow * stride;
        for (var tile = 0; tile < tiles; tile++, rows += TRows.Value)
        {
            IntegerTileRow<TDot, TSums, TBytes, TWeights, TVectors> sums0 = start, sums1 = start, sums2 = start, sums3 = start,
                sums4 = start, sums5 = start;

            var weights = panel.Weights;
            for (var tap = 0; tap < panel.TapCount; tap++)
            {
                var offset = panel.Taps[tap];
                var row0 = rows[0] + offset;
                var row1 = TRows.Value > 1 ? rows[1] + offset : null;
                var row2 = TRows.Value > 2 ? rows[2] + offset : null;
                var row3 = TRows.Value > 3 ? rows[3] + offset : null;
                var row4 = TRows.Value > 4 ? rows[4] + offset : null;
                var row5 = TRows.Value > 5 ? rows[5] + offset : null;
                for (nint k = 0; k < quads; k++)
                {
                    var first = TDot.LoadWeights(weights);
                    var second = TVectors.Value > 1 ? TDot.LoadWeights(weights + 4 * TDot.Lanes) : default;
                    weights += TVectors.Value * 4 * TDot.Lanes;
                    sums0.Add(TDot.Repeat(row0 + 4 * k, TFlips.Value > 0), first, second);
                    if (TRows.Value > 1) sums1.Add(TDot.Repeat(row1 + 4 * k, TFlips.Value > 0), first, second);
                    if (TRows.Value > 2) sums2.Add(TDot.Repeat(row2 + 4 * k, TFlips.Value > 0), first, second);
                    if (TRows.Value > 3) sums3.Add(TDot.Repeat(row3 + 4 * k, TFlips.Value > 0), first, second);
                    if (TRows.Value > 4) sums4.Add(TDot.Repeat(row4 + 4 * k, TFlips.Value > 0), first, second);
                    if (TRows.Value > 5) sums5.Add(TDot.Repeat(row5 + 4 * k, TFlips.Value > 0), first, second);
                }
            }

            if (TRows.Value > 1) sums0.StorePair<TKind>(sums1, panel, output);
            else sums0.Store<TKind>(panel, output);
            if (TRows.Value > 3) sums2.StorePair<TKind>(sums3, panel, output + 2 * stride);
            else if (TRows.Value > 2) sums2.Store<TKind>(panel, output + 2 * stride);
            if (TRows.Value > 5) sums4.StorePair<TKind>(sums5, panel, output + 4 * stride);
            else if (TRows.Value > 4) sums4.Store<TKind>(panel, output + 4 * stride);
            output += TRows.Value * stride;
        }
    }
}

/// <summary>One panel against the rows of a block.</summary>
/// <param name="block">The block.</param>
/// <param name="vector">The first register of the panel.</param>
/// <param name="lastColumn">The first column of the last register of the panel.</param>
readonly unsafe struct IntegerPanel(in IntegerBlock block, int vector, int lastColumn)
{
    public readonly byte** Rows = block.Rows;
    public readonly nint* Taps = block.Taps;
    public readonly int TapCount = block.TapCount;
    public readonly int TapQuads = block.TapQuads;
    public readonly bool Flips = block.Flips;
    public readonly sbyte* Weights = block.Panels + (nint)vector * block.Layout.Lanes * block.Layout.Depth * 4;
    public readonly int* Bias = block.Bias + vector * block.Layout.Lanes;
    public readonly float* Multipliers = block.Multipliers + vector * block.Layout.Lanes;
    public readonly RequantizeConstants* Constants = block.Constants;
    public readonly bool Clamps = block.Clamps;
    public readonly int* Sums = block.Sums is null ? null : block.Sums + block.Layout.FirstColumn(vector);

    /// <summary>The first byte of bytes or of sums, and the bytes from one row to the next.</summary>
    public readonly byte* OutputBytes = block.Sums is null ? block.Output + block.Layout.FirstColumn(vector)
        : (byte*)(block.Sums + block.Layout.FirstColumn(vector));
    public readonly nint StrideBytes = block.Sums is null ? block.OutputStride : sizeof(int) * block.OutputStride;

    /// <summary>Where the last register of a row lies, seen from the first.</summary>
    public readonly nint LastVector = lastColumn - block.Layout.FirstColumn(vector);
}

/// <summary>One row of a tile: one or two registers of sums.</summary>
unsafe struct IntegerTileRow<TDot, TSums, TBytes, TWeights, TVectors>
    where TDot : unmanaged, IDotProduct<TSums, TBytes, TWeights> where TSums : unmanaged where TBytes : unmanaged where TWeights : unmanaged
    where TVectors : unmanaged, IConstant
{
    TSums _first, _second;

    [MethodImpl(AggressiveInlining)]
    public static IntegerTileRow<TDot, TSums, TBytes, TWeights, TVectors> Load(int* bias) => new()
    {
        _first = TDot.LoadSums(bias),
        _second = TVectors.Value > 1 ? TDot.LoadSums(bias + TDot.Lanes) : default,
    };

    [MethodImpl(AggressiveInlining)]
    public void Add(TBytes bytes, TWeights first, TWeights second)
    {
        _first = TDot.Add(_first, bytes, first);
        if (TVectors.Value > 1) _second = TDot.Add(_second, bytes, second);
    }

    /// <summary>Stores this row and the next.</summary>
    [MethodImpl(AggressiveInlining)]
    public readonly void StorePair<TKind>(in IntegerTileRow<TDot, TSums, TBytes, TWeights, TVectors> next, in IntegerPanel panel,
        byte* output)
        where TKind : unmanaged, IConstant
    {
        if (TKind.Value < 2 && TVectors.Value > 1)
        {
            TDot.Requantize2x2(
                _first, _second, next._first, next._second, panel.Multipliers, panel.Constants, TKind.Value > 0, output, panel.LastVector,
                    panel.StrideBytes);
            return;
        }
        Store<TKind>(panel, output);
        next.Store<TKind>(panel, output + panel.StrideBytes);
    }

    [MethodImpl(AggressiveInlining)]
    public readonly void Store<TKind>(in IntegerPanel panel, byte* output) where TKind : unmanaged, IConstant
    {
        if (TKind.Value == 2)
        {
            TDot.StoreSums(_first, (int*)output);
            if (TVectors.Value > 1) TDot.StoreSums(_second, (int*)output + panel.LastVector);
            return;
        }
        TDot.Requantize1(_first, panel.Multipliers, panel.Constants, TKind.Value > 0, output);
        if (TVectors.Value > 1)
        {
            TDot.Requantize1(_second, panel.Multipliers + TDot.Lanes, panel.Constants, TKind.Value > 0, output + panel.LastVector);
        }
    }
}
