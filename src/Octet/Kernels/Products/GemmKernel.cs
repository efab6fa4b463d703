using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>
/// The product behind matrix multiplication and convolution: <c>output[i, j] = limit(Σₖ left[i, k] · right[k, j] + bias[j] + residual[i,
/// j])</c>.
/// </summary>
/// <remarks>
/// Each element is one chain of multiply-adds, k upwards, whatever the tile it falls into. So its bits depend neither on the level
/// nor on how rows are divided into blocks and blocks among threads. The bias comes after, for a sum that began with a large one would
/// round each small product to its last place.
/// </remarks>
abstract class GemmKernel : ISimdKernel<GemmKernel>
{
    static readonly GemmKernel?[] Kernels = new GemmKernel?[Enum.GetValues<SimdLevel>().Length];

    /// <summary>Floats in a vector.</summary>
    public abstract int Lanes { get; }

    public static GemmKernel For(SimdLevel level) => Kernels[(int)level] ??= Simd.Create<GemmKernel>(level);

    public static GemmKernel Create<TLanes>() where TLanes : unmanaged, ILanes<TLanes> => new GemmKernel<TLanes>();

    public abstract void Multiply(in GemmBlock block);
}

/// <inheritdoc/>
/// <remarks>
/// Sums stay in registers: a tile of up to six rows by one to three vectors, for each k one load for each vector and one broadcast for each
/// row. With 16 registers that is 6 × 2 or 4 × 3, with 32 also 6 × 3. Rows are dealt out evenly to tiles, since a last tile of one or two
/// rows would wait for its own sums most of the time.
/// </remarks>
sealed unsafe class GemmKernel<TLanes> : GemmKernel where TLanes : unmanaged, ILanes<TLanes>
{
    const int MaxRows = 6;

    public override int Lanes => TLanes.Count;

    public override void Multiply(in GemmBlock block)
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

    /// <summary>Fewer columns than lanes: whole vectors go through memory beside the output, tile by tile.</summary>
    static void MultiplyNarrow(in GemmBlock block)
    {
        var columns = block.Layout.Columns;
        var output = stackalloc float[MaxRows * TLanes.Count];
        var residual = stackalloc float[MaxRows * TLanes.Count];
        for (int row = 0, rows; row < block.RowCount; row += rows)
        {
            rows = Math.Min(MaxRows, block.RowCount - row);
            var wide = block with
            {
                Rows = block.Rows + row,
                Output = output,
                OutputStride = TLanes.Count,
                Residual = block.Residual is null ? null : residual,
            };
            if (block.Residual is not null)
                CopyRows(block.Residual + row * block.OutputStride, block.OutputStride, residual, TLanes.Count, rows, columns);
            MultiplyPanel(width: 1, new(wide, vector: 0, lastColumn: 0), rows);
            CopyRows(output, TLanes.Count, block.Output + row * block.OutputStride, block.OutputStride, rows, columns);
        }
    }

    static void CopyRows(float* source, nint sourceStride, float* destination, nint destinationStride, int rows, int columns)
    {
        for (var row = 0; row < rows; row++, source += sourceStride, destination += destinationStride)
        {
            for (var column = 0; column < columns; column++) destination[column] = source[column];
        }
    }

    static void MultiplyPanel(int width, in Panel panel, int rows)
    {
        if (rows == 0) return;
        var tallest = Math.Min(MaxRows, (TLanes.Registers - 1 - width) / width);
        var tiles = (rows + tallest - 1) / tallest;
        var (height, tallerTiles) = Math.DivRem(rows, tiles);
        MultiplyTiles(height + 1, width, panel, firstRow: 0, tallerTiles);
        MultiplyTiles(height, width, panel, firstRow: (height + 1) * tallerTiles, tiles - tallerTiles);
    }

    static void MultiplyTiles(int height, int width, in Panel panel, int firstRow, int tiles)
    {
        if (tiles == 0) return;
        if (panel.Residual is null) MultiplyTiles<Zero>(height, width, panel, firstRow, tiles);
        else MultiplyTiles<One>(height, width, panel, firstRow, tiles);
    }

    static void MultiplyTiles<TResiduals>(int height, int width, in Panel panel, int firstRow, int tiles)
        where TResiduals : unmanaged, IConstant
    {
        switch (width)
        {
            case 1: MultiplyTiles<One, TResiduals>(height, panel, firstRow, tiles); break;
            case 2: MultiplyTiles<Two, TResiduals>(height, panel, firstRow, tiles); break;
            default: MultiplyTiles<Three, TResiduals>(height, panel, firstRow, tiles); break;
        }
    }

    static void MultiplyTiles<TVectors, TResiduals>(int height, in Panel panel, int firstRow, int tiles)
        where TVectors : unmanaged, IConstant where TResiduals : unmanaged, IConstant
    {
        switch (height)
        {
            case 1: MultiplyTiles<One, TVectors, TResiduals>(panel, firstRow, tiles); break;
            case 2: MultiplyTiles<Two, TVectors, TResiduals>(panel, firstRow, tiles); break;
            case 3: MultiplyTiles<Three, TVectors, TResiduals>(panel, firstRow, tiles); break;
            case 4: MultiplyTiles<Four, TVectors, TResiduals>(panel, firstRow, tiles); break;
            case 5: MultiplyTiles<Five, TVectors, TResiduals>(panel, firstRow, tiles); break;
            default: MultiplyTiles<Six, TVectors, TResiduals>(panel, firstRow, tiles); break;
        }
    }

    /// <summary>Tiles of one shape down a panel. What the shape does not use, the compiler removes.</summary>
    // Not inlined, for a caller that inlines it has no budget left to inline what the loop is made of.
    [MethodImpl(AggressiveOptimization | NoInlining)]
    static void MultiplyTiles<TRows, TVectors, TResiduals>(in Panel panel, int firstRow, int tiles)
        where TRows : unmanaged, IConstant where TVectors : unmanaged, IConstant where TResiduals : unmanaged, IConstant
    {
        var side = (TVectors.Value - 1) * TLanes.Count;
        nint depth = panel.TapDepth;
        var (low, high) = (TLanes.Repeat(panel.Limits.Low), TLanes.Repeat(panel.Limits.High));
        var rows = panel.Rows + firstRow;
        var (stride, last) = (panel.OutputStride, panel.LastVector);
        float* bias = panel.Bias, output = panel.Output + firstRow * stride, residual = panel.Residual + firstRow * stride;
        for (var tile = 0; tile < tiles; tile++, rows += TRows.Value, output += TRows.Value * stride, residual += TRows.Value * stride)
        {
            TileRow<TLanes, TVectors> sums0 = default, sums1 = default, sums2 = default, sums3 = default, sums4 = default, sums5 = default;

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
                for (nint k = 0; k < depth; k++)
                {
                    var right = TileRow<TLanes, TVectors>.Load(weights, side);
                    weights += TVectors.Value * TLanes.Count;
                    sums0.Add(row0[k], right);
                    if (TRows.Value > 1) sums1.Add(row1[k], right);
                    if (TRows.Value > 2) sums2.Add(row2[k], right);
                    if (TRows.Value > 3) sums3.Add(row3[k], right);
                    if (TRows.Value > 4) sums4.Add(row4[k], right);
                    if (TRows.Value > 5) sums5.Add(row5[k], right);
                }
            }

            sums0.Store<TResiduals>(output, last, bias, residual, low, high);
            if (TRows.Value > 1) sums1.Store<TResiduals>(output + stride, last, bias, residual + stride, low, high);
            if (TRows.Value > 2) sums2.Store<TResiduals>(output + 2 * stride, last, bias, residual + 2 * stride, low, high);
            if (TRows.Value > 3) sums3.Store<TResiduals>(output + 3 * stride, last, bias, residual + 3 * stride, low, high);
            if (TRows.Value > 4) sums4.Store<TResiduals>(output + 4 * stride, last, bias, residual + 4 * stride, low, high);
            if (TRows.Value > 5) sums5.Store<TResiduals>(output + 5 * stride, last, bias, residual + 5 * stride, low, high);
        }
    }
}

/// <summary>One panel against the rows of a block.</summary>
/// <param name="block">The block.</param>
/// <param name="vector">The first vector of the panel.</param>
/// <param name="lastColumn">The first column of the last vector of the panel.</param>
readonly unsafe struct Panel(in GemmBlock block, int vector, int lastColumn)
{
    public readonly float** Rows = block.Rows;
    public readonly nint* Taps = block.Taps;
    public readonly int TapCount = block.TapCount;
    public readonly int TapDepth = block.TapDepth;
    public readonly float* Weights = block.Panels + (nint)vector * block.Layout.Lanes * block.Layout.Depth;
    public readonly float* Bias = block.Bias + vector * block.Layout.Lanes;
    public readonly float* Output = block.Output + block.Layout.FirstColumn(vector);
    public readonly float* Residual = block.Residual is null ? null : block.Residual + block.Layout.FirstColumn(vector);
    public readonly nint OutputStride = block.OutputStride;
    public readonly Limits Limits = block.Limits;

    /// <summary>Where the last vector of a row lies, seen from the first: less far than the vectors before it take, where they
    /// overlap.</summary>
    public readonly nint LastVector = lastColumn - block.Layout.FirstColumn(vector);
}

/// <summary>One row of a tile: one to three vectors, kept in registers.</summary>
unsafe struct TileRow<TLanes, TVectors> where TLanes : unmanaged, ILanes<TLanes> where TVectors : unmanaged, IConstant
{
    TLanes _first, _second, _third;

    /// <summary>Vectors that lie side by side, except for the last one, which begins at <paramref name="last"/>.</summary>
    [MethodImpl(AggressiveInlining)]
    public static TileRow<TLanes, TVectors> Load(float* source, nint last) => new()
    {
        _first = TLanes.Load(source),
        _second = TVectors.Value == 2 ? TLanes.Load(source + last) : TVectors.Value > 2 ? TLanes.Load(source + TLanes.Count) : default,
        _third = TVectors.Value > 2 ? TLanes.Load(source + last) : default,
    };

    [MethodImpl(AggressiveInlining)]
    public void Add(float left, in TileRow<TLanes, TVectors> right)
    {
        var factor = TLanes.Repeat(left);
        _first = TLanes.MultiplyAdd(factor, right._first, _first);
        if (TVectors.Value > 1) _second = TLanes.MultiplyAdd(factor, right._second, _second);
        if (TVectors.Value > 2) _third = TLanes.MultiplyAdd(factor, right._third, _third);
    }

    /// <summary>Stores the sums as they are.</summary>
    [MethodImpl(AggressiveInlining)]
    public readonly void Store(float* output, nint last)
    {
        _first.Store(output);
        if (TVectors.Value == 2) _second.Store(output + last);
        if (TVectors.Value > 2) _second.Store(output + TLanes.Count);
        if (TVectors.Value > 2) _third.Store(output + last);
    }

    /// <summary>Adds bias and residual, limits the sums and stores them.</summary>
    [MethodImpl(AggressiveInlining)]
    public readonly void Store<TResiduals>(float* output, nint last, float* bias, float* residual, TLanes low, TLanes high)
    where TResiduals : unmanaged, IConstant
    {
        Store<TResiduals>(_first, output, bias, residual, low, high);
        if (TVectors.Value == 2) Store<TResiduals>(_second, output + last, bias + TLanes.Count, residual + last, low, high);
        if (TVectors.Value > 2) Store<TResiduals>(_second, output + TLanes.Count, bias + TLanes.Count, residual + TLanes.Count, low, high);
        if (TVectors.Value > 2) Store<TResiduals>(_third, output + last, bias + 2 * TLanes.Count, residual + last, low, high);
    }

    [MethodImpl(AggressiveInlining)]
    static void Store<TResiduals>(TLanes sums, float* output, float* bias, float* residual, TLanes low, TLanes high)
    where TResiduals : unmanaged, IConstant
    {
        sums = TLanes.Add(sums, bias);
        if (TResiduals.Value > 0) sums = TLanes.Add(sums, residual);
        TLanes.Limit(sums, low, high).Store(output);
    }
}
