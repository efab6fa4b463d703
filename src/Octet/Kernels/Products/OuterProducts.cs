using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>
/// The product behind gradients of weights: <c>result[i, j] += Σₚ left[p, i] · right[p, j]</c>, where the sums run over the pixels of
/// images, which are many, and both matrices are small across.
/// </summary>
/// <remarks>Each element is one chain of multiply-adds, p upwards, that begins with what is there; so its bits depend neither on the level
/// nor on how rows are shared out.</remarks>
abstract class OuterProducts : ISimdKernel<OuterProducts>
{
    /// <summary>Pixels that pass by before the next tile of the result: their part of a panel stays in the first-level cache.</summary>
    const int BlockPixels = 128;

    static readonly OuterProducts?[] Kernels = new OuterProducts?[Enum.GetValues<SimdLevel>().Length];

    /// <summary>Floats in a vector; results have at least as many columns.</summary>
    public abstract int Lanes { get; }

    public static OuterProducts For(SimdLevel level) => Kernels[(int)level] ??= Simd.Create<OuterProducts>(level);

    public static OuterProducts Create<TLanes>() where TLanes : unmanaged, ILanes<TLanes> => new OuterProducts<TLanes>();

    /// <summary>The kernel for results of so many columns.</summary>
    public static OuterProducts ForColumns(int columns, SimdLevel level)
    {
        var kernel = For(level);
        return columns >= kernel.Lanes ? kernel : For(SimdLevel.Scalar);
    }

    /// <summary>Adds the products of all pixels.</summary>
    public unsafe void Add(in OuterProductBlock block)
    {
        var part = block;
        for (var pixel = 0; pixel < block.Pixels; pixel += BlockPixels)
        {
            part.Left = block.Left + pixel * block.LeftStep;
            part.Right = block.Right + pixel * block.RightStep;
            part.Pixels = Math.Min(BlockPixels, block.Pixels - pixel);
            AddPart(part);
        }
    }

    private protected abstract void AddPart(in OuterProductBlock block);

    /// <summary>The definition, one element at a time.</summary>
    internal static unsafe void Reference(in OuterProductBlock block)
    {
        for (var i = 0; i < block.Rows; i++)
        {
            for (var j = 0; j < block.Columns; j++)
            {
                var sum = block.Result[i * block.ResultStep + j];
                for (var p = 0; p < block.Pixels; p++)
                    sum = Lanes1.MultiplyAdd(block.Left[p * block.LeftStep + i], block.Right[p * block.RightStep + j], sum);
                block.Result[i * block.ResultStep + j] = sum;
            }
        }
    }
}

/// <summary>The operands of <see cref="OuterProducts"/>. Steps are in floats.</summary>
unsafe struct OuterProductBlock
{
    /// <summary>[pixels, rows].</summary>
    public float* Left;

    public nint LeftStep;

    /// <summary>[pixels, columns].</summary>
    public float* Right;

    public nint RightStep;

    public int Pixels;

    public int Rows;

    public int Columns;

    /// <summary>[rows, columns].</summary>
    public float* Result;

    public nint ResultStep;
}

/// <inheritdoc/>
sealed unsafe class OuterProducts<TLanes> : OuterProducts where TLanes : unmanaged, ILanes<TLanes>
{
    const int MaxRows = 6;

    public override int Lanes => TLanes.Count;

    private protected override void AddPart(in OuterProductBlock block)
    {
        // The last vector of a row overlaps the one before it, which is in the same panel: both are read before either is written.
        var layout = new PanelLayout(block.Columns, 0, TLanes.Count);
        for (int vector = 0, width; vector < layout.Vectors; vector += width)
        {
            width = layout.PanelWidth(vector);
            var (first, last) = (layout.FirstColumn(vector), layout.FirstColumn(vector + width - 1));
            if (width == 1) AddPanel<One>(block, first, last - first);
            else if (width == 2) AddPanel<Two>(block, first, last - first);
            else AddPanel<Three>(block, first, last - first);
        }
    }

    static void AddPanel<TVectors>(in OuterProductBlock block, nint column, nint last) where TVectors : unmanaged, IConstant
    {
        var tallest = Math.Min(MaxRows, (TLanes.Registers - 1 - TVectors.Value) / TVectors.Value);
        for (int row = 0, rows; row < block.Rows; row += rows)
        {
            rows = Math.Min(tallest, block.Rows - row);
            switch (rows)
            {
                case 1: AddTile<One, TVectors>(block, row, column, last); break;
                case 2: AddTile<Two, TVectors>(block, row, column, last); break;
                case 3: AddTile<Three, TVectors>(block, row, column, last); break;
                case 4: AddTile<Four, TVectors>(block, row, column, last); break;
                case 5: AddTile<Five, TVectors>(block, row, column, last); break;
                default: AddTile<Six, TVectors>(block, row, column, last); break;
            }
        }
    }

    // Not inlined, for a caller that inlines it has no budget left to inline what the loop is made of.
    [MethodImpl(AggressiveOptimization | NoInlining)]
    static void AddTile<TRows, TVectors>(in OuterProductBlock block, int row, nint column, nint last)
        where TRows : unmanaged, IConstant where TVectors : unmanaged, IConstant
    {
        float* left = block.Left + row, right = block.Right + column;
        var (leftStep, rightStep, step) = (block.LeftStep, block.RightStep, block.ResultStep);
        var result = block.Result + row * step + column;
        var sums0 = TileRow<TLanes, TVectors>.Load(result, last);
        var sums1 = TRows.Value > 1 ? TileRow<TLanes, TVectors>.Load(result + step, last) : default;
        var sums2 = TRows.Value > 2 ? TileRow<TLanes, TVectors>.Load(result + 2 * step, last) : default;
        var sums3 = TRows.Value > 3 ? TileRow<TLanes, TVectors>.Load(result + 3 * step, last) : default;
        var sums4 = TRows.Value > 4 ? TileRow<TLanes, TVectors>.Load(result + 4 * step, last) : default;
        var sums5 = TRows.Value > 5 ? TileRow<TLanes, TVectors>.Load(result + 5 * step, last) : default;
        for (var p = 0; p < block.Pixels; p++, left += leftStep, right += rightStep)
        {
            var seen = TileRow<TLanes, TVectors>.Load(right, last);
            sums0.Add(left[0], seen);
            if (TRows.Value > 1) sums1.Add(left[1], seen);
            if (TRows.Value > 2) sums2.Add(left[2], seen);
            if (TRows.Value > 3) sums3.Add(left[3], seen);
            if (TRows.Value > 4) sums4.Add(left[4], seen);
            if (TRows.Value > 5) sums5.Add(left[5], seen);
        }
        sums0.Store(result, last);
        if (TRows.Value > 1) sums1.Store(result + step, last);
        if (TRows.Value > 2) sums2.Store(result + 2 * step, last);
        if (TRows.Value > 3) sums3.Store(result + 3 * step, last);
        if (TRows.Value > 4) sums4.Store(result + 4 * step, last);
        if (TRows.Value > 5) sums5.Store(result + 5 * step, last);
    }
}
