using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>
/// The right-hand side of matrix products, packed once for the kernel of one level, with one bias a column. Immutable; shared by all
/// threads.
/// </summary>
sealed unsafe class PackedMatrix
{
    readonly Tensor _panels;
    readonly Tensor _bias;

    /// <param name="columns">Columns of the matrix: outputs.</param>
    /// <param name="source">The elements; column j, row k is <c>source[j · columnStride + depthOffsets[k]]</c>.</param>
    /// <param name="columnStride">Elements from one column to the next.</param>
    /// <param name="depthOffsets">Where in a column the element of each row lies, in the order in which the kernel sums.</param>
    /// <param name="bias">[columns]; empty for none.</param>
    /// <param name="level">The level whose kernel will read it.</param>
    public PackedMatrix(int columns, ReadOnlySpan<float> source, int columnStride, ReadOnlySpan<int> depthOffsets, ReadOnlySpan<float> bias,
        SimdLevel level)
    {
        Kernel = GemmKernel.For(level);
        Layout = new(columns, depthOffsets.Length, Kernel.Lanes);
        _panels = new Tensor(DataType.Float32, [Layout.Length]);
        _bias = new Tensor(DataType.Float32, [Layout.Vectors * Layout.Lanes]);
        fixed (float* start = source) Layout.Pack(start, columnStride, depthOffsets, _panels.Pointer<float>());
        if (!bias.IsEmpty) Layout.PackRow(bias, _bias.Floats);
    }

    /// <summary>Packs other elements into the same memory, for weights that change; not to be called while it is read.</summary>
    public void Repack(ReadOnlySpan<float> source, int columnStride, ReadOnlySpan<int> depthOffsets, ReadOnlySpan<float> bias)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(depthOffsets.Length, Depth);
        fixed (float* start = source) Layout.Pack(start, columnStride, depthOffsets, _panels.Pointer<float>());
        if (!bias.IsEmpty) Layout.PackRow(bias, _bias.Floats);
    }

    /// <summary>Packs a matrix that lies row by row, [depth, columns], or transposed, [columns, depth].</summary>
    public static PackedMatrix Of(ReadOnlySpan<float> matrix, int depth, int columns, bool isTransposed, ReadOnlySpan<float> bias = default,
        SimdLevel? level = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(matrix.Length, depth * columns);
        var offsets = new int[depth];
        for (var k = 0; k < depth; k++) offsets[k] = isTransposed ? k : k * columns;
        return new(columns, matrix, isTransposed ? depth : 1, offsets, bias, level ?? Simd.Current);
    }

    public GemmKernel Kernel { get; }

    public PanelLayout Layout { get; }

    public int Columns => Layout.Columns;

    public int Depth => Layout.Depth;

    /// <summary>The panels, one after the other.</summary>
    public float* Panels => _panels.Pointer<float>();

    /// <summary>The bias, laid out as the vectors are.</summary>
    public float* Bias => _bias.Pointer<float>();
}
