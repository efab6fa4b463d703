using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>The loops of <see cref="NibbleProduct"/>, written once for all widths: where a vector has fewer columns than a group, its parts
/// come one after the other. The bits do not depend on the width.</summary>
static unsafe class NibbleKernel<TLanes, TWords>
    where TLanes : unmanaged, ILanes<TLanes> where TWords : unmanaged, INibbleWords<TWords, TLanes>
{
    const int Width = NibbleMatrix.GroupColumns, WordRows = NibbleMatrix.WordRows;

    /// <summary>Writes the sums of a tile, [4, 16].</summary>
    public static void Multiply(in NibbleProduct.Operands tile, float* totals)
    {
        for (var part = 0; part < Width; part += TLanes.Count)
        {
            if (tile.Rows == 1) MultiplyRow(tile, part, totals + part);
            else MultiplyRows(tile, part, totals + part);
        }
    }

    [MethodImpl(AggressiveOptimization | NoInlining)]
    static void MultiplyRow(in NibbleProduct.Operands tile, int part, float* totals)
    {
        var matrix = tile.Matrix;
        var x = tile.RowAt(0);
        uint* words0 = matrix.WordsOf(tile.GroupAt(0)) + part, words1 = matrix.WordsOf(tile.GroupAt(1)) + part;
        uint* words2 = matrix.WordsOf(tile.GroupAt(2)) + part, words3 = matrix.WordsOf(tile.GroupAt(3)) + part;
        float* scales0 = matrix.ScalesOf(tile.GroupAt(0)) + part, offsets0 = matrix.OffsetsOf(tile.GroupAt(0));
        float* scales1 = matrix.ScalesOf(tile.GroupAt(1)) + part, offsets1 = matrix.OffsetsOf(tile.GroupAt(1));
        float* scales2 = matrix.ScalesOf(tile.GroupAt(2)) + part, offsets2 = matrix.OffsetsOf(tile.GroupAt(2));
        float* scales3 = matrix.ScalesOf(tile.GroupAt(3)) + part, offsets3 = matrix.OffsetsOf(tile.GroupAt(3));
        var dataSums = tile.SumsAt(0);
        TLanes total0 = TLanes.Repeat(0), total1 = total0, total2 = total0, total3 = total0;
        var (wordsOfBlock, allWords) = (matrix.BlockSize / WordRows, matrix.Words);
        for (int block = 0, word = 0; block < matrix.Blocks; block++)
        {
            TLanes sum0 = TLanes.Repeat(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            for (var end = Math.Min(word + wordsOfBlock, allWords); word < end; word++, x += WordRows)
            {
                var at = (nint)word * Width;
                TWords w0 = TWords.Load(words0 + at), w1 = TWords.Load(words1 + at);
                TWords w2 = TWords.Load(words2 + at), w3 = TWords.Load(words3 + at);
                for (var place = 0; place < WordRows; place++)
                {
                    var data = TLanes.Repeat(x[place]);
                    sum0 = TLanes.MultiplyAdd(w0.Steps(), data, sum0);
                    sum1 = TLanes.MultiplyAdd(w1.Steps(), data, sum1);
                    sum2 = TLanes.MultiplyAdd(w2.Steps(), data, sum2);
                    sum3 = TLanes.MultiplyAdd(w3.Steps(), data, sum3);
                    (w0, w1, w2, w3) = (w0.Next(), w1.Next(), w2.Next(), w3.Next());
                }
            }
            var ofBlock = (nint)block * Width;
            total0 = AddBlock(scales0 + ofBlock, OffsetsAt(offsets0, ofBlock + part), dataSums + block, sum0, total0);
            total1 = AddBlock(scales1 + ofBlock, OffsetsAt(offsets1, ofBlock + part), dataSums + block, sum1, total1);
            total2 = AddBlock(scales2 + ofBlock, OffsetsAt(offsets2, ofBlock + part), dataSums + block, sum2, total2);
            total3 = AddBlock(scales3 + ofBlock, OffsetsAt(offsets3, ofBlock + part), dataSums + block, sum3, total3);
        }
        Store(total0, total1, total2, total3, totals);
    }

    [MethodImpl(AggressiveOptimization | NoInlining)]
    static void MultiplyRows(in NibbleProduct.Operands tile, int part, float* totals)
    {
        var matrix = tile.Matrix;
        var words = matrix.WordsOf(tile.Group) + part;
        float* x0 = tile.RowAt(0), x1 = tile.RowAt(1), x2 = tile.RowAt(2), x3 = tile.RowAt(3);
        float* scales = matrix.ScalesOf(tile.Group) + part, offsets = matrix.OffsetsOf(tile.Group);
        float* sums0 = tile.SumsAt(0), sums1 = tile.SumsAt(1), sums2 = tile.SumsAt(2), sums3 = tile.SumsAt(3);
        TLanes total0 = TLanes.Repeat(0), total1 = total0, total2 = total0, total3 = total0;
        var (wordsOfBlock, allWords) = (matrix.BlockSize / WordRows, matrix.Words);
        for (int block = 0, word = 0; block < matrix.Blocks; block++)
        {
            TLanes sum0 = TLanes.Repeat(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            for (var end = Math.Min(word + wordsOfBlock, allWords); word < end; word++)
            {
                var integers = TWords.Load(words + (nint)word * Width);
                for (var k = word * WordRows; k < (word + 1) * WordRows; k++)
                {
                    var steps = integers.Steps();
                    sum0 = TLanes.MultiplyAdd(steps, TLanes.Repeat(x0[k]), sum0);
                    sum1 = TLanes.MultiplyAdd(steps, TLanes.Repeat(x1[k]), sum1);
                    sum2 = TLanes.MultiplyAdd(steps, TLanes.Repeat(x2[k]), sum2);
                    sum3 = TLanes.MultiplyAdd(steps, TLanes.Repeat(x3[k]), sum3);
                    integers = integers.Next();
                }
            }
            float* scale = scales + (nint)block * Width, offset = OffsetsAt(offsets, (nint)block * Width + part);
            total0 = AddBlock(scale, offset, sums0 + block, sum0, total0);
            total1 = AddBlock(scale, offset, sums1 + block, sum1, total1);
            total2 = AddBlock(scale, offset, sums2 + block, sum2, total2);
            total3 = AddBlock(scale, offset, sums3 + block, sum3, total3);
        }
        Store(total0, total1, total2, total3, totals);
    }

    [MethodImpl(AggressiveInlining)]
    static float* OffsetsAt(float* offsets, nint place) => offsets is null ? null : offsets + place;

    [MethodImpl(AggressiveInlining)]
    static TLanes AddBlock(float* scales, float* offsets, float* dataSum, TLanes sum, TLanes total)
    {
        if (offsets is not null) sum = TLanes.MultiplyAdd(TLanes.Load(offsets), TLanes.Repeat(-*dataSum), sum);
        return TLanes.MultiplyAdd(TLanes.Load(scales), sum, total);
    }

    [MethodImpl(AggressiveInlining)]
    static void Store(TLanes total0, TLanes total1, TLanes total2, TLanes total3, float* totals)
    {
        total0.Store(totals);
        total1.Store(totals + Width);
        total2.Store(totals + 2 * Width);
        total3.Store(totals + 3 * Width);
    }

    /// <summary>Writes the real values of as many columns as a vector of the panel has.</summary>
    /// <param name="column">The columns, and where their values go.</param>
    /// <param name="lanes">A multiple of the floats of a vector.</param>
    [MethodImpl(AggressiveOptimization | NoInlining)]
    public static void Unpack(in NibbleProduct.Column column, int lanes)
    {
        var matrix = column.Matrix;
        for (var part = 0; part < lanes; part += TLanes.Count)
        {
            var place = column.Place + part;
            float* scales = matrix.ScalesOf(column.Group) + place, offsets = matrix.OffsetsOf(column.Group);
            var words = matrix.WordsOf(column.Group) + place;
            var target = column.Target + part;
            for (var row = 0; row < matrix.Depth;)
            {
                var at = row / matrix.BlockSize * Width;
                var integers = TWords.Load(words + (nint)(row / WordRows) * Width);
                for (var end = Math.Min(row + WordRows, matrix.Depth); row < end; row++, target += column.Stride)
                {
                    integers.StoreReals(scales + at, OffsetsAt(offsets, at + place), target);
                    integers = integers.Next();
                }
            }
        }
    }
}
