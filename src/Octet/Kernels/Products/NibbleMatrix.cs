using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>
/// A matrix of 4-bit integers [depth, columns] in blocks along the depth, each with a scale and a zero point of its own, packed once for
/// <see cref="NibbleProduct"/>. It stays in 4 bits. Immutable; shared by all threads.
/// </summary>
/// <remarks>
/// Columns lie in groups of <see cref="GroupColumns"/>. A group has a word of 32 bits for each eight rows and column, eight integers from
/// the lowest bits up; the words of its columns lie side by side, so that a vector of words is a vector of columns. Columns that fill the
/// last group up have scales of zero.
/// </remarks>
sealed unsafe class NibbleMatrix
{
    /// <summary>Columns in a group: what the widest vectors hold.</summary>
    public const int GroupColumns = 16;

    /// <summary>Integers in a word.</summary>
    public const int WordRows = 8;

    /// <summary>The integer that stands for zero where no zero points are given.</summary>
    public const int Middle = 8;

    /// <summary>By the integers, for as long as these are used: sequences have many lengths, and each is prepared for.</summary>
    static readonly ConditionalWeakTable<Tensor, Shared> Known = [];

    readonly Tensor _words;
    readonly Tensor _scales;
    readonly Tensor? _offsets;

    /// <param name="depth">Length of the sums.</param>
    /// <param name="columns">Number of outputs.</param>
    /// <param name="blockSize">Integers of a column that share a scale: a multiple of <see cref="WordRows"/>.</param>
    /// <param name="integers">[columns, blocks, blockSize / 2], two integers a byte, the first in the low bits.</param>
    /// <param name="scales">[columns, blocks].</param>
    /// <param name="zeroPoints">[columns, (blocks + 1) / 2], two a byte; empty where all are <see cref="Middle"/>.</param>
    public NibbleMatrix(
        int depth, int columns, int blockSize, ReadOnlySpan<byte> integers, ReadOnlySpan<float> scales, ReadOnlySpan<byte> zeroPoints)
    {
        (Depth, Columns, BlockSize) = (depth, columns, blockSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(integers.Length, columns * Blocks * (blockSize / 2));
        ArgumentOutOfRangeException.ThrowIfNotEqual(scales.Length, columns * Blocks);
        _words = new Tensor(DataType.UInt32, [Groups, Words, GroupColumns]);
        _scales = new Tensor(DataType.Float32, [Groups, Blocks, GroupColumns]);
        _offsets = zeroPoints.IsEmpty ? null : new Tensor(DataType.Float32, _scales.Shape);
        _words.Bytes.Clear();
        _scales.Bytes.Clear();
        _offsets?.Bytes.Clear();
        for (var column = 0; column < columns; column++)
        {
            PackWords(column, integers.Slice(column * Blocks * (blockSize / 2), Blocks * (blockSize / 2)));
            for (var block = 0; block < Blocks; block++)
            {
                var at = PlaceOf(column, Blocks, block);
                _scales.Floats[at] = scales[column * Blocks + block];
                if (_offsets is not null)
                    _offsets.Floats[at] = NibbleOf(zeroPoints[(column * ((Blocks + 1) / 2))..], block) - Middle;
            }
        }
    }

    /// <summary>The packed form of constants, made once.</summary>
    /// <param name="depth">Length of the sums.</param>
    /// <param name="columns">Number of outputs.</param>
    /// <param name="blockSize">Integers of a column that share a scale.</param>
    /// <param name="integers">uint8, as the constructor takes them.</param>
    /// <param name="scales">float32.</param>
    /// <param name="zeroPoints">uint8; null for none.</param>
    public static NibbleMatrix SharedOf(int depth, int columns, int blockSize, Tensor integers, Tensor scales, Tensor? zeroPoints)
    {
        if (Known.TryGetValue(integers, out var known) && known.Scales == scales && known.ZeroPoints == zeroPoints
                && (known.Matrix.Depth, known.Matrix.Columns, known.Matrix.BlockSize) == (depth, columns, blockSize))
            return known.Matrix;
        var matrix = new NibbleMatrix(depth, columns, blockSize, integers.Bytes, scales.Floats, zeroPoints is null ? [] : zeroPoints.Bytes);
        Known.AddOrUpdate(integers, new(scales, zeroPoints, matrix));
        return matrix;
    }

    sealed record Shared(Tensor Scales, Tensor? ZeroPoints, NibbleMatrix Matrix);

    public int Depth { get; }

    public int Columns { get; }

    public int BlockSize { get; }

    /// <summary>Blocks of a column; the last may be shorter.</summary>
    public int Blocks => (Depth + BlockSize - 1) / BlockSize;

    public int Groups => (Columns + GroupColumns - 1) / GroupColumns;

    /// <summary>Words of a column; what is beyond the depth in the last counts for nothing, since the data there is zero.</summary>
    public int Words => (Depth + WordRows - 1) / WordRows;

    /// <summary>The words of a group, [words, <see cref="GroupColumns"/>].</summary>
    public uint* WordsOf(int group) => _words.Pointer<uint>() + (nint)group * Words * GroupColumns;

    /// <summary>The scales of a group, [blocks, <see cref="GroupColumns"/>].</summary>
    public float* ScalesOf(int group) => _scales.Pointer<float>() + (nint)group * Blocks * GroupColumns;

    /// <summary>The zero points of a group less <see cref="Middle"/>, laid out as the scales; null where all are zero.</summary>
    public float* OffsetsOf(int group) =>
        _offsets is null ? null : _offsets.Pointer<float>() + (nint)group * Blocks * GroupColumns;

    /// <summary>The real value of one element.</summary>
    public float this[int row, int column]
    {
        get
        {
            var word = WordsOf(column / GroupColumns)[row / WordRows * GroupColumns + column % GroupColumns];
            var at = row / BlockSize * GroupColumns + column % GroupColumns;
            var offsets = OffsetsOf(column / GroupColumns);
            var step = (int)(word >> (4 * (row % WordRows)) & 15) - Middle - (offsets is null ? 0 : offsets[at]);
            return step * ScalesOf(column / GroupColumns)[at];
        }
    }

    /// <summary>The integer at an index of packed ones, two a byte, the first in the low bits.</summary>
    public static int NibbleOf(ReadOnlySpan<byte> packed, int index) => packed[index / 2] >> (index % 2 * 4) & 15;

    void PackWords(int column, ReadOnlySpan<byte> bytes)
    {
        var words = _words.AsSpan<uint>();
        for (var word = 0; word < Words; word++)
            words[PlaceOf(column, Words, word)] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(word * 4)..]);
    }

    static int PlaceOf(int column, int perColumn, int index) =>
        (column / GroupColumns * perColumn + index) * GroupColumns + column % GroupColumns;
}
