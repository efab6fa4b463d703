namespace Octet.Kernels;

/// <summary>
/// Some rows of a matrix product, the work of one call of <see cref="GemmKernel"/>. The left-hand side is given by a pointer for each row
/// and by taps, offsets that are the same for all rows: a row is the run of <see cref="TapDepth"/> floats at its first tap, then that at
/// its second, and so on. An ordinary matrix has one tap; a convolution has rows that overlap, and is never copied into a matrix for it.
/// </summary>
/// <remarks>All pointers stay valid while the block is computed. The result must not overlap with anything that is read.</remarks>
unsafe struct GemmBlock
{
    /// <summary>The start of each row of the left-hand side.</summary>
    public float** Rows;

    public int RowCount;

    /// <summary>Offsets in floats.</summary>
    public nint* Taps;

    public int TapCount;

    public int TapDepth;

    /// <summary>[taps · tap depth, columns].</summary>
    public PanelLayout Layout;

    public float* Panels;

    public float* Bias;

    /// <summary>[rows, columns], with <see cref="OutputStride"/> floats from one row to the next.</summary>
    public float* Output;

    public nint OutputStride;

    /// <summary>Added to the sums before they are limited, of the output's layout; null for none.</summary>
    public float* Residual;

    public Limits Limits;
}
