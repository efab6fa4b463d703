using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>A layer as matrix products: in each group, weights [rows, depth] times what they meet in the input, [depth, columns].</summary>
/// <param name="Groups">Number of groups.</param>
/// <param name="Rows">Output channels of a group.</param>
/// <param name="Depth">Weights of an output channel.</param>
/// <param name="Stride">Elements of the weights from one row, and from one column, to the next.</param>
/// <param name="WindowOf">For a convolution: its window over an input of a shape. Null for a layer whose input is a row of
/// <paramref name="Depth"/> elements for each column.</param>
sealed record LayerProduct(int Groups, int Rows, int Depth, (int Row, int Column) Stride, Func<Shape, WindowGeometry>? WindowOf = null)
{
    /// <summary>Calls <paramref name="use"/> with the place of each weight of a group in the matrix [rows, depth], and in the layer's
    /// tensor.</summary>
    public void ForEachWeight(int group, Action<int, int> use)
    {
        for (var at = 0; at < Rows * Depth; at++)
        {
            var (row, column) = Math.DivRem(at, Depth);
            use(at, (group * Rows + row) * Stride.Row + column * Stride.Column);
        }
    }

    /// <summary>The weights of a group as a matrix [rows, depth].</summary>
    /// <param name="weights">The layer's tensor.</param>
    /// <param name="group">0..<see cref="Groups"/> − 1.</param>
    public float[] MatrixOf(Tensor weights, int group = 0)
    {
        var matrix = new float[Rows * Depth];
        ForEachWeight(group, (at, index) => matrix[at] = weights.Floats[index]);
        return matrix;
    }

    /// <summary>How many matrices an input is for each group, and how many columns each has.</summary>
    public (int Images, int Columns) SizeOf(Tensor input) =>
        WindowOf is null ? (1, input.Length / Depth) : (input.Shape[0], WindowOf(input.Shape).OutputLength);

    /// <summary>Writes some columns of one of them.</summary>
    /// <param name="input">What the layer reads.</param>
    /// <param name="group">0..<see cref="Groups"/> − 1.</param>
    /// <param name="image">Which matrix.</param>
    /// <param name="first">The first column.</param>
    /// <param name="count">How many.</param>
    /// <param name="columns">[<see cref="Depth"/>, stride].</param>
    /// <param name="stride">Elements from one row of <paramref name="columns"/> to the next.</param>
    public unsafe void CopyColumns(Tensor input, int group, int image, int first, int count, float* columns, int stride)
    {
        if (WindowOf is not null)
        {
            var window = WindowOf(input.Shape);
            var source = new WindowColumns<float>(input.Pointer<float>()
                + (nint)(image * Groups + group) * (input.Shape[1] / Groups) * window.InputLength, window);
            for (var row = 0; row < Depth; row++) source.CopyRow(row, first, count, columns + row * stride);
            return;
        }
        var view = new MatrixView<float>(input.Pointer<float>(), rowStride: 1, columnStride: Depth);
        for (var row = 0; row < Depth; row++) view.CopyRow(row, first, count, columns + row * stride);
    }
}
