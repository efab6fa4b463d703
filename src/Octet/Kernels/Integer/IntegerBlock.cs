namespace Octet.Kernels;

/// <summary>
/// Some rows of an integer matrix product, the work of one call of <see cref="IntegerKernel"/>. The left-hand side is given as in
/// <see cref="GemmBlock"/>, by a pointer for each row and by taps; each tap is a run of bytes that is read in whole fours.
/// </summary>
/// <remarks>
/// Up to three bytes behind a run may be read; they meet weights of zero, and the memory of tensors ends with spare bytes. All pointers
/// stay valid while the block is computed. The result must not overlap with anything that is read.
/// </remarks>
unsafe struct IntegerBlock
{
    /// <summary>The start of each row of the left-hand side.</summary>
    public byte** Rows;

    public int RowCount;

    /// <summary>Offsets in bytes.</summary>
    public nint* Taps;

    public int TapCount;

    /// <summary>Bytes in the run of one tap, in fours.</summary>
    public int TapQuads;

    /// <summary>Whether the sign bits of the left-hand side are changed as they are read.</summary>
    public bool Flips;

    /// <summary>[taps · quads of a tap, columns] of four bytes each.</summary>
    public PanelLayout Layout;

    public sbyte* Panels;

    /// <summary>What each sum begins with.</summary>
    public int* Bias;

    /// <summary>Steps of the output for one step of a sum, for each column.</summary>
    public float* Multipliers;

    public RequantizeConstants* Constants;

    /// <summary>Whether a sum times its multiplier may leave int32.</summary>
    public bool Clamps;

    /// <summary>
    /// [rows, columns], with <see cref="OutputStride"/> bytes from one row to the next; null where <see cref="Sums"/> are wanted.
    /// </summary>
    public byte* Output;

    /// <summary>[rows, columns], with <see cref="OutputStride"/> elements from one row to the next.</summary>
    public int* Sums;

    public nint OutputStride;
}
