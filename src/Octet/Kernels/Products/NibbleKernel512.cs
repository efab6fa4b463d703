using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Octet.Kernels;

/// <summary>The loops of <see cref="NibbleProduct"/> with AVX-512: a permutation, which reads but four bits of its index, makes floats of
/// integers.</summary>
static unsafe class NibbleKernel512
{
    const int Width = NibbleMatrix.GroupColumns, WordRows = NibbleMatrix.WordRows;

    static Vector512<float> Values => Vector512.Create(-8f, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7);

    /// <summary>Writes the sums of a tile, [4, 16].</summary>
    public static void Multiply(in NibbleProduct.Operands tile, float* totals)
    {
        if (tile.Rows == 1) MultiplyRow(tile, totals);
        else MultiplyRows(tile, totals);
    }

    static void MultiplyRow(in NibbleProduct.Operands tile, float* totals)
    {
        var (matrix, values) = (tile.Matrix, Values);
        var x = tile.RowAt(0);
        uint* words0 = matrix.WordsOf(tile.GroupAt(0)), words1 = matrix.WordsOf(tile.GroupAt(1));
        uint* words2 = matrix.WordsOf(tile.GroupAt(2)), words3 = matrix.WordsOf(tile.GroupAt(3));
        float* scales0 = matrix.ScalesOf(tile.GroupAt(0)), offsets0 = matrix.OffsetsOf(tile.GroupAt(0));
        float* scales1 = matrix.ScalesOf(tile.GroupAt(1)), offsets1 = matrix.OffsetsOf(tile.GroupAt(1));
        float* scales2 = matrix.ScalesOf(tile.GroupAt(2)), offsets2 = matrix.OffsetsOf(tile.GroupAt(2));
        float* scales3 = matrix.ScalesOf(tile.GroupAt(3)), offsets3 = matrix.OffsetsOf(tile.GroupAt(3));
        var dataSums = tile.SumsAt(0);
        var (total0, total1, total2, total3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (wordsOfBlock, allWords) = (matrix.BlockSize / WordRows, matrix.Words);
        for (int block = 0, word = 0; block < matrix.Blocks; block++)
        {
            var (sum0, sum1, sum2, sum3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            for (var end = Math.Min(word + wordsOfBlock, allWords); word < end; word++, x += WordRows)
            {
                var at = (nint)word * Width;
                Vector512<uint> w0 = Vector512.Load(words0 + at), w1 = Vector512.Load(words1 + at);
                Vector512<uint> w2 = Vector512.Load(words2 + at), w3 = Vector512.Load(words3 + at);
                for (var place = 0; place < WordRows; place++)
                {
                    var data = Vector512.Create(x[place]);
                    sum0 = Avx512F.FusedMultiplyAdd(Avx512F.PermuteVar16x32(values, w0.AsInt32()), data, sum0);
                    sum1 = Avx512F.FusedMultiplyAdd(Avx512F.PermuteVar16x32(values, w1.AsInt32()), data, sum1);
                    sum2 = Avx512F.FusedMultiplyAdd(Avx512F.PermuteVar16x32(values, w2.AsInt32()), data, sum2);
                    sum3 = Avx512F.FusedMultiplyAdd(Avx512F.PermuteVar16x32(values, w3.AsInt32()), data, sum3);
                    (w0, w1, w2, w3) = (w0 >>> 4, w1 >>> 4, w2 >>> 4, w3 >>> 4);
                }
            }
            var ofBlock = (nint)block * Width;
            total0 = AddBlock(scales0 + ofBlock, OffsetsAt(offsets0, ofBlock), dataSums + block, sum0, total0);
            total1 = AddBlock(scales1 + ofBlock, OffsetsAt(offsets1, ofBlock), dataSums + block, sum1, total1);
            total2 = AddBlock(scales2 + ofBlock, OffsetsAt(offsets2, ofBlock), dataSums + block, sum2, total2);
            total3 = AddBlock(scales3 + ofBlock, OffsetsAt(offsets3, ofBlock), dataSums + block, sum3, total3);
        }
        total0.Store(totals);
        total1.Store(totals + Width);
        total2.Store(totals + 2 * Width);
        total3.Store(totals + 3 * Width);
    }

    static void MultiplyRows(in NibbleProduct.Operands tile, float* totals)
    {
        var (matrix, values) = (tile.Matrix, Values);
        var words = matrix.WordsOf(tile.Group);
        float* x0 = tile.RowAt(0), x1 = tile.RowAt(1), x2 = tile.RowAt(2), x3 = tile.RowAt(3);
        float* scales = matrix.ScalesOf(tile.Group), offsets = matrix.OffsetsOf(tile.Group);
        float* sums0 = tile.SumsAt(0), sums1 = tile.SumsAt(1), sums2 = tile.SumsAt(2), sums3 = tile.SumsAt(3);
        var (total0, total1, total2, total3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (wordsOfBlock, allWords) = (matrix.BlockSize / WordRows, matrix.Words);
        for (int block = 0, word = 0; block < matrix.Blocks; block++)
        {
            var (sum0, sum1, sum2, sum3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            for (var end = Math.Min(word + wordsOfBlock, allWords); word < end; word++)
            {
                var integers = Vector512.Load(words + (nint)word * Width);
                for (var k = word * WordRows; k < (word + 1) * WordRows; k++)
                {
                    var steps = Avx512F.PermuteVar16x32(values, integers.AsInt32());
                    sum0 = Avx512F.FusedMultiplyAdd(steps, Vector512.Create(x0[k]), sum0);
                    sum1 = Avx512F.FusedMultiplyAdd(steps, Vector512.Create(x1[k]), sum1);
                    sum2 = Avx512F.FusedMultiplyAdd(steps, Vector512.Create(x2[k]), sum2);
                    sum3 = Avx512F.FusedMultiplyAdd(steps, Vector512.Create(x3[k]), sum3);
                    integers >>>= 4;
                }
            }
            float* scale = scales + (nint)block * Width, offset = OffsetsAt(offsets, (nint)block * Width);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float* OffsetsAt(float* offsets, nint place) => offsets is null ? null : offsets + place;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> AddBlock(
        float* scales, float* offsets, float* dataSum, Vector512<float> sum, Vector512<float> total)
    {
        if (offsets is not null) sum = Avx512F.FusedMultiplyAdd(-Vector512.Load(offsets), Vector512.Create(*dataSum), sum);
        return Avx512F.FusedMultiplyAdd(Vector512.Load(scales), sum, total);
    }

    /// <summary>Writes the real values of sixteen columns.</summary>
    public static void Unpack(in NibbleProduct.Column column)
    {
        var (matrix, values) = (column.Matrix, Values);
        float* scales = matrix.ScalesOf(column.Group), offsets = matrix.OffsetsOf(column.Group);
        var words = matrix.WordsOf(column.Group);
        var target = column.Target;
        for (var row = 0; row < matrix.Depth;)
        {
            var at = row / matrix.BlockSize * Width;
            var (scale, offset) = (Vector512.Load(scales + at), offsets is null ? Vector512<float>.Zero : Vector512.Load(offsets + at));
            var integers = Vector512.Load(words + (nint)(row / WordRows) * Width);
            for (var end = Math.Min(row + WordRows, matrix.Depth); row < end; row++, target += column.Stride)
            {
                ((Avx512F.PermuteVar16x32(values, integers.AsInt32()) - offset) * scale).Store(target);
                integers >>>= 4;
            }
        }
    }
}
