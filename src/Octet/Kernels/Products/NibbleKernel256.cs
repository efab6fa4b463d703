using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Octet.Kernels;

/// <summary>The loops of <see cref="NibbleProduct"/> with vectors of eight floats, which .NET makes of narrower ones where a machine lacks
/// them: the two halves of a group one after the other, with the bits of <see cref="NibbleKernel512"/>.</summary>
static unsafe class NibbleKernel256
{
    const int Width = NibbleMatrix.GroupColumns, WordRows = NibbleMatrix.WordRows, Lanes = 8;

    /// <summary>Writes the sums of a tile, [4, 16].</summary>
    public static void Multiply(in NibbleProduct.Operands tile, float* totals)
    {
        for (var half = 0; half < Width; half += Lanes)
        {
            if (tile.Rows == 1) MultiplyRow(tile, half, totals + half);
            else MultiplyRows(tile, half, totals + half);
        }
    }

    static void MultiplyRow(in NibbleProduct.Operands tile, int half, float* totals)
    {
        var matrix = tile.Matrix;
        var x = tile.RowAt(0);
        uint* words0 = matrix.WordsOf(tile.GroupAt(0)) + half, words1 = matrix.WordsOf(tile.GroupAt(1)) + half;
        uint* words2 = matrix.WordsOf(tile.GroupAt(2)) + half, words3 = matrix.WordsOf(tile.GroupAt(3)) + half;
        float* scales0 = matrix.ScalesOf(tile.GroupAt(0)) + half, offsets0 = matrix.OffsetsOf(tile.GroupAt(0));
        float* scales1 = matrix.ScalesOf(tile.GroupAt(1)) + half, offsets1 = matrix.OffsetsOf(tile.GroupAt(1));
        float* scales2 = matrix.ScalesOf(tile.GroupAt(2)) + half, offsets2 = matrix.OffsetsOf(tile.GroupAt(2));
        float* scales3 = matrix.ScalesOf(tile.GroupAt(3)) + half, offsets3 = matrix.OffsetsOf(tile.GroupAt(3));
        var dataSums = tile.SumsAt(0);
        var (total0, total1, total2, total3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var (wordsOfBlock, allWords) = (matrix.BlockSize / WordRows, matrix.Words);
        for (int block = 0, word = 0; block < matrix.Blocks; block++)
        {
            var (sum0, sum1, sum2, sum3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
            for (var end = Math.Min(word + wordsOfBlock, allWords); word < end; word++, x += WordRows)
            {
                var at = (nint)word * Width;
                Vector256<uint> w0 = Vector256.Load(words0 + at), w1 = Vector256.Load(words1 + at);
                Vector256<uint> w2 = Vector256.Load(words2 + at), w3 = Vector256.Load(words3 + at);
                for (var place = 0; place < WordRows; place++)
                {
                    var data = Vector256.Create(x[place]);
                    sum0 = MultiplyAdd(Steps(w0), data, sum0);
                    sum1 = MultiplyAdd(Steps(w1), data, sum1);
                    sum2 = MultiplyAdd(Steps(w2), data, sum2);
                    sum3 = MultiplyAdd(Steps(w3), data, sum3);
                    (w0, w1, w2, w3) = (w0 >>> 4, w1 >>> 4, w2 >>> 4, w3 >>> 4);
                }
            }
            var ofBlock = (nint)block * Width;
            total0 = AddBlock(scales0 + ofBlock, OffsetsAt(offsets0, ofBlock + half), dataSums + block, sum0, total0);
            total1 = AddBlock(scales1 + ofBlock, OffsetsAt(offsets1, ofBlock + half), dataSums + block, sum1, total1);
            total2 = AddBlock(scales2 + ofBlock, OffsetsAt(offsets2, ofBlock + half), dataSums + block, sum2, total2);
            total3 = AddBlock(scales3 + ofBlock, OffsetsAt(offsets3, ofBlock + half), dataSums + block, sum3, total3);
        }
        total0.Store(totals);
        total1.Store(totals + Width);
        total2.Store(totals + 2 * Width);
        total3.Store(totals + 3 * Width);
    }

    static void MultiplyRows(in NibbleProduct.Operands tile, int half, float* totals)
    {
        var matrix = tile.Matrix;
        var words = matrix.WordsOf(tile.Group) + half;
        float* x0 = tile.RowAt(0), x1 = tile.RowAt(1), x2 = tile.RowAt(2), x3 = tile.RowAt(3);
        float* scales = matrix.ScalesOf(tile.Group) + half, offsets = matrix.OffsetsOf(tile.Group);
        float* sums0 = tile.SumsAt(0), sums1 = tile.SumsAt(1), sums2 = tile.SumsAt(2), sums3 = tile.SumsAt(3);
        var (total0, total1, total2, total3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var (wordsOfBlock, allWords) = (matrix.BlockSize / WordRows, matrix.Words);
        for (int block = 0, word = 0; block < matrix.Blocks; block++)
        {
            var (sum0, sum1, sum2, sum3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
            for (var end = Math.Min(word + wordsOfBlock, allWords); word < end; word++)
            {
                var integers = Vector256.Load(words + (nint)word * Width);
                for (var k = word * WordRows; k < (word + 1) * WordRows; k++)
                {
                    var steps = Steps(integers);
                    sum0 = MultiplyAdd(steps, Vector256.Create(x0[k]), sum0);
                    sum1 = MultiplyAdd(steps, Vector256.Create(x1[k]), sum1);
                    sum2 = MultiplyAdd(steps, Vector256.Create(x2[k]), sum2);
                    sum3 = MultiplyAdd(steps, Vector256.Create(x3[k]), sum3);
                    integers >>>= 4;
                }
            }
            float* scale = scales + (nint)block * Width, offset = OffsetsAt(offsets, (nint)block * Width + half);
            total0 = AddBlock(scale, offset, sums0 + block, sum0, total0);
            total1 = AddBlock(scale, offset, sums1 + block, sum1, total1);
            total2 = AddBlock(scale, offset, sums2 + block, sum2, total2);
            total3 = AddBlock(scale, offset, sums3 + block, sum3, total3);
        }
        total0.Store(totals);
        total1.Store(totals + Width);
        total2.Store(totals + 2 * Width);
        total3.Store(totals + 3 * Width);
    }

    /// <summary>The lowest integer of each word, from the middle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Steps(Vector256<uint> words) =>
        Vector256.ConvertToSingle((words & Vector256.Create(15u)).AsInt32() - Vector256.Create(NibbleMatrix.Middle));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> MultiplyAdd(Vector256<float> x, Vector256<float> y, Vector256<float> z) =>
        Simd.IsFused ? Vector256.FusedMultiplyAdd(x, y, z) : x * y + z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float* OffsetsAt(float* offsets, nint place) => offsets is null ? null : offsets + place;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> AddBlock(
        float* scales, float* offsets, float* dataSum, Vector256<float> sum, Vector256<float> total)
    {
        if (offsets is not null) sum = MultiplyAdd(-Vector256.Load(offsets), Vector256.Create(*dataSum), sum);
        return MultiplyAdd(Vector256.Load(scales), sum, total);
    }

    /// <summary>Writes the real values of eight columns, or of sixteen.</summary>
    public static void Unpack(in NibbleProduct.Column column, int lanes)
    {
        var matrix = column.Matrix;
        for (var part = 0; part < lanes; part += Lanes)
        {
            var place = column.Place + part;
            float* scales = matrix.ScalesOf(column.Group) + place, offsets = matrix.OffsetsOf(column.Group);
            var words = matrix.WordsOf(column.Group) + place;
            var target = column.Target + part;
            for (var row = 0; row < matrix.Depth;)
            {
                var at = row / matrix.BlockSize * Width;
                var scale = Vector256.Load(scales + at);
                var offset = offsets is null ? Vector256<float>.Zero : Vector256.Load(offsets + at + place);
                var integers = Vector256.Load(words + (nint)(row / WordRows) * Width);
                for (var end = Math.Min(row + WordRows, matrix.Depth); row < end; row++, target += column.Stride)
                {
                    ((Steps(integers) - offset) * scale).Store(target);
                    integers >>>= 4;
                }
            }
        }
    }
}
