namespace Octet.Kernels;

/// <summary>
/// Sums of products of four neighbouring bytes with four 8-bit weights, for as many sums as one register holds. The integer kernels are
/// written once over this; each instruction set is one implementation. All of them are exact: sums are int32, and nothing between
/// saturates.
/// </summary>
/// <typeparam name="TSums">A register of int32 sums.</typeparam>
/// <typeparam name="TBytes">Four bytes of the input for each sum, ready to be multiplied.</typeparam>
/// <typeparam name="TWeights">Four weights for each sum, ready to be multiplied.</typeparam>
unsafe interface IDotProduct<TSums, TBytes, TWeights>
    where TSums : unmanaged where TBytes : unmanaged where TWeights : unmanaged
{
    /// <summary>Sums in a register.</summary>
    static abstract int Lanes { get; }

    /// <summary>Rows of a tile that fit the registers beside each other, where a row has so many registers of sums.</summary>
    static abstract int TileRows(int vectors);

    /// <summary>The least value of the bytes as this implementation multiplies them: 0, or −128.</summary>
    static abstract int LowestByte { get; }

    static abstract TSums LoadSums(int* source);

    static abstract void StoreSums(TSums sums, int* destination);

    /// <summary>The same four bytes for each sum.</summary>
    /// <param name="source">Four bytes.</param>
    /// <param name="flips">Whether the sign bits of the bytes are to be changed: int8 read as 128 + x, or uint8 as x − 128.</param>
    static abstract TBytes Repeat(byte* source, bool flips);

    /// <summary>Four weights for each sum, one sum after the other.</summary>
    static abstract TWeights LoadWeights(sbyte* source);

    /// <summary><c>sums[i] + Σ bytes[4i + k] · weights[4i + k]</c>, k from 0 to 3.</summary>
    static abstract TSums Add(TSums sums, TBytes bytes, TWeights weights);

    /// <summary>
    /// Takes 4 · <see cref="Lanes"/> bytes from each of four places and lays the four of one index side by side: four registers, in an
    /// order of the indices that <see cref="InterleavedIndex"/> tells and that <see cref="Requantize4"/> undoes.
    /// </summary>
    static abstract void Interleave(
        byte* source0, byte* source1, byte* source2, byte* source3, bool flips, out TBytes first, out TBytes second, out TBytes third,
            out TBytes fourth);

    /// <summary>Which byte of a block of 4 · <see cref="Lanes"/> belongs to a lane of one of the four registers.</summary>
    static abstract int InterleavedIndex(int register, int lane);

    /// <summary>Turns sums into bytes of the output and stores <see cref="Lanes"/> of them.</summary>
    /// <param name="sums">The sums.</param>
    /// <param name="multipliers">One for each sum.</param>
    /// <param name="constants">See <see cref="RequantizeConstants"/>.</param>
    /// <param name="clamps">Whether a product of sum and multiplier may leave int32, so that it has to be limited before it is
    /// rounded.</param>
    /// <param name="output">Receives a byte for each sum.</param>
    static abstract void Requantize1(TSums sums, float* multipliers, RequantizeConstants* constants, bool clamps, byte* output);

    /// <summary>
    /// The same for two rows, <c>stride</c> bytes apart, of two registers, whose bytes lie <c>second</c> bytes apart. The multipliers of
    /// the registers of a row lie side by side.
    /// </summary>
    static abstract void Requantize2x2(
        TSums first0, TSums second0, TSums first1, TSums second1, float* multipliers, RequantizeConstants* constants, bool clamps,
            byte* output, nint second, nint stride);

    /// <summary>The same for four registers in the order of <see cref="Interleave"/>; stores 4 · <see cref="Lanes"/> bytes.</summary>
    static abstract void Requantize4(
        TSums first, TSums second, TSums third, TSums fourth, float* multipliers, RequantizeConstants* constants, bool clamps,
            byte* output);
}
