namespace Octet.Kernels;

/// <summary>
/// How a matrix lies packed for <see cref="GemmKernel"/>: its columns are dealt out to vectors and two or three vectors make a panel;
/// a panel holds its part of the first row, then of the second, and so on, so that the kernel reads it from start to end.
/// </summary>
/// <remarks>
/// The last vector ends with the last column, so it may hold columns of the vector before it once more. The kernel computes them twice,
/// with the same bits, and never touches memory beyond a row. Only a matrix with fewer columns than lanes has lanes without a column; they
/// hold zeros.
/// </remarks>
/// <param name="Columns">Columns of the matrix.</param>
/// <param name="Depth">Rows of the matrix: the length of the sums.</param>
/// <param name="Lanes">Floats in a vector.</param>
/// <param name="Widest">Most vectors in a panel: two or three.</param>
readonly record struct PanelLayout(int Columns, int Depth, int Lanes, int Widest = 3)
{
    public int Vectors => (Columns + Lanes - 1) / Lanes;

    /// <summary>Floats that the packed matrix takes.</summary>
    public int Length => checked(Vectors * Lanes * Depth);

    /// <summary>Whether the columns do not fill a single vector.</summary>
    public bool IsNarrow => Columns < Lanes;

    /// <summary>The column in the first lane of a vector.</summary>
    public int FirstColumn(int vector) => Math.Max(0, Math.Min(vector * Lanes, Columns - Lanes));

    /// <summary>Vectors in the panel that begins at <paramref name="vector"/>: three, or two where three would leave a single one
    /// over.</summary>
    public int PanelWidth(int vector) => (Vectors - vector) switch
    {
        1 => 1,
        2 or 4 => 2,
        _ => Widest,
    };

    /// <summary>Packs a matrix of which column j, row k lies at <c>source[j · columnStride + depthOffsets[k]]</c>.</summary>
    public unsafe void Pack(float* source, int columnStride, ReadOnlySpan<int> depthOffsets, float* packed)
    {
        for (int vector = 0, width; vector < Vectors; vector += width)
        {
            width = PanelWidth(vector);
            foreach (var offset in depthOffsets)
            {
                for (var member = vector; member < vector + width; member++)
                {
                    var first = FirstColumn(member);
                    for (var lane = 0; lane < Lanes; lane++)
                    {
                        *packed++ = first + lane < Columns ? source[(nint)(first + lane) * columnStride + offset] : 0;
                    }
                }
            }
        }
    }

    /// <summary>Packs a matrix of which each element is four bytes: column j, row k at <c>source[(j · Depth + k) · 4]</c>.</summary>
    public unsafe void PackQuads(sbyte* source, sbyte* packed)
    {
        var offsets = new int[Depth];
        for (var k = 0; k < Depth; k++) offsets[k] = k;
        // Moving floats moves their bits.
        Pack((float*)source, Depth, offsets, (float*)packed);
    }

    /// <summary>Lays one value for each column out as the vectors are.</summary>
    public void PackRow<T>(ReadOnlySpan<T> row, Span<T> packed)
    {
        for (var vector = 0; vector < Vectors; vector++)
        {
            var first = FirstColumn(vector);
            var held = Math.Min(Lanes, Columns);
            row.Slice(first, held).CopyTo(packed[(vector * Lanes)..]);
            packed.Slice(vector * Lanes + held, Lanes - held).Clear();
        }
    }
}
