using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Tuning;

/// <summary>
/// The second moments of what one group of a layer multiplies its weights with: all that is needed to tell the squared error of its outputs, whatever error the weights have.
/// </summary>
/// <remarks>
/// For an error d of an output channel's weights the squared error of its output is on average <c>dᵀ M d</c>, M = E[x xᵀ]; without its mean, which a bias makes good, it is
/// <c>dᵀ (M − E[x] E[x]ᵀ) d</c>. Source: Nagel et al. 2020, arXiv:2004.10568, equation 13.
/// </remarks>
static class InputMoments
{
    /// <summary>Layers with more weights an output channel are not measured: their matrix would take too much memory.</summary>
    public const int MostDepth = 2304;

    /// <summary>Columns of a sample that are looked at; in large images evenly spread pieces stand for the rest.</summary>
    const int MostColumns = 1024;

    const int Piece = 128;

    /// <summary>The diagonal is raised by this share of its mean, so that what the samples never excite is not taken for free.</summary>
    const double Damping = 0.01;

    /// <param name="product">The layer.</param>
    /// <param name="group">One of its groups.</param>
    /// <param name="inputs">What the layer reads, one tensor a sample.</param>
    /// <param name="withoutMean">Whether something else makes the mean of the outputs right.</param>
    /// <returns>[depth, depth], symmetric.</returns>
    public static unsafe float[] Of(LayerProduct product, int group, IReadOnlyList<Tensor> inputs, bool withoutMean)
    {
        var depth = product.Depth;
        var (sums, products, count) = (new double[depth], new double[depth * depth], 0L);
        var (columns, block) = (new float[depth * Piece], new float[depth * depth]);
        fixed (float* x = columns, xx = block)
        {
            foreach (var input in inputs)
            {
                var (images, width) = product.SizeOf(input);
                var pieces = Math.Clamp(MostColumns / Piece / images, 1, (width + Piece - 1) / Piece);
                for (var piece = 0; piece < images * pieces; piece++)
                {
                    var first = (int)((long)width * (piece % pieces) / pieces);
                    var length = Math.Min(Piece, width - first);
                    product.CopyColumns(input, group, piece / pieces, first, length, x, Piece);
                    MatrixProduct.Multiply<float, MatrixView<float>>(depth, depth, length, new(x, Piece), new(x, 1, Piece), null, xx, depth);
                    for (var i = 0; i < block.Length; i++) products[i] += block[i];
                    for (var row = 0; row < depth; row++)
                    {
                        foreach (var element in columns.AsSpan(row * Piece, length)) sums[row] += element;
                    }
                    count += length;
                }
            }
        }
        return Normalize(products, sums, Math.Max(1, count), withoutMean);
    }

    static float[] Normalize(double[] products, double[] sums, long count, bool withoutMean)
    {
        var depth = sums.Length;
        var matrix = new float[products.Length];
        var trace = 0.0;
        for (var row = 0; row < depth; row++)
        {
            for (var column = 0; column < depth; column++)
            {
                var mean = withoutMean ? sums[row] / count * (sums[column] / count) : 0;
                matrix[row * depth + column] = (float)(products[row * depth + column] / count - mean);
            }
            trace += matrix[row * depth + row];
        }
        for (var row = 0; row < depth; row++) matrix[row * depth + row] += (float)(Damping * trace / depth);
        return matrix;
    }
}
