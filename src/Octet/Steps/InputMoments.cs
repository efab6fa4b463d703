using System.Numerics;
using Octet.Kernels;
using Octet.Operators;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Steps;

/// <summary>
/// The second moments of what one group of a layer multiplies its weights with: all that is needed to tell the squared error of its
/// outputs, whatever error the weights have, and how the weights can make good what the layers before have become.
/// </summary>
/// <remarks>
/// For an error e of an output channel's weights the squared error of its output is on average <c>eᵀ M e</c>, M = E[x xᵀ]; without its
/// mean, which a bias makes good, it is
/// <c>eᵀ (M − E[x] E[x]ᵀ) e</c>. Source: Nagel et al. 2020, arXiv:2004.10568, equation 13.
/// </remarks>
sealed class InputMoments
{
    /// <summary>Layers with more weights an output channel are not measured: their matrices would take too much memory.</summary>
    public const int MaxDepth = 2304;

    /// <summary>Columns of a sample that are looked at; in large images, evenly spread pieces represent the rest.</summary>
    const int MaxColumns = 1024;

    const int Piece = 128;

    /// <summary>Columns that are multiplied at once, of several samples where these have few: each product is added to totals that are
    /// much larger than it. Not a power of two, so that rows do not lie in the same places of the cache.</summary>
    const int BatchStride = MaxColumns + 16;

    /// <summary>What <see cref="Damped"/> raises the diagonal by, as a share of its mean: what the samples never excite must not be taken
    /// for free.</summary>
    const double Damping = 0.01;

    readonly int _depth;
    readonly bool _withoutMean;

    /// <summary>Of what is read, and of how far that has drifted.</summary>
    readonly (double[] Products, double[] Sums) _totals, _driftTotals;

    long _count;

    InputMoments(int depth, bool drifts, bool withoutMean)
    {
        (_depth, _withoutMean) = (depth, withoutMean);
        _totals = (new double[depth * depth], new double[depth]);
        _driftTotals = drifts ? (new double[depth * depth], new double[depth]) : ([], []);
    }

    /// <summary>E[x xᵀ], [depth, depth], symmetric; x is what the rounded layer reads.</summary>
    public float[] Products { get; private set; } = [];

    /// <summary>E[(x' − x) xᵀ], [depth, depth]; x' is what the layer reads in the float model. Empty where it was not given.</summary>
    public float[] Drift { get; private set; } = [];

    /// <summary>The mean of the diagonal of <see cref="Products"/>.</summary>
    public double MeanPower { get; private set; }

    /// <param name="product">The layer.</param>
    /// <param name="group">One of its groups.</param>
    /// <param name="inputs">What the layer reads, one tensor a sample.</param>
    /// <param name="wanted">What it reads in the float model; null where that is of no interest.</param>
    /// <param name="withoutMean">Whether something else makes the mean of the outputs right.</param>
    /// <param name="threads">How many bands of the matrices are computed at once; results do not depend on it.</param>
    public static InputMoments Of(LayerProduct product, int group, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor>? wanted,
        bool withoutMean, int threads)
    {
        var moments = new InputMoments(product.Depth, wanted is not null, withoutMean);
        var batch = new Batch(new float[product.Depth * BatchStride], wanted is null ? [] : new float[product.Depth * BatchStride]);
        for (var index = 0; index < inputs.Count; index++) moments.Add(product, group, inputs[index], wanted?[index], batch, threads);
        moments.Add(batch, threads);
        moments.Normalize();
        return moments;
    }

    /// <summary>The moments of the samples of both.</summary>
    public static InputMoments operator +(InputMoments first, InputMoments second)
    {
        var sum = new InputMoments(first._depth, first._driftTotals.Sums.Length > 0, first._withoutMean)
        {
            _count = first._count + second._count,
        };
        Add(first._totals, second._totals, sum._totals);
        Add(first._driftTotals, second._driftTotals, sum._driftTotals);
        sum.Normalize();
        return sum;

        static void Add((double[] Products, double[] Sums) first, (double[] Products, double[] Sums) second,
            (double[] Products, double[] Sums) sum)
        {
            TensorPrimitives.Add<double>(first.Products, second.Products, sum.Products);
            TensorPrimitives.Add<double>(first.Sums, second.Sums, sum.Sums);
        }
    }

    /// <summary><see cref="Products"/> with a raised diagonal.</summary>
    public float[] Damped()
    {
        var matrix = (float[])Products.Clone();
        for (var row = 0; row < _depth; row++) matrix[row * _depth + row] += (float)(Damping * MeanPower);
        return matrix;
    }

    /// <summary>Columns that wait to be multiplied.</summary>
    /// <param name="Columns">What is read, [depth, <see cref="BatchStride"/>].</param>
    /// <param name="Drifts">How far it has drifted.</param>
    sealed record Batch(float[] Columns, float[] Drifts)
    {
        public int Count { get; set; }
    }

    void Add(LayerProduct product, int group, Tensor input, Tensor? wanted, Batch batch, int threads)
    {
        var (images, width) = product.SizeOf(input);
        var pieces = Math.Clamp(MaxColumns / Piece / images, 1, (width + Piece - 1) / Piece);
        for (var image = 0; image < images; image++)
        {
            if (batch.Count + pieces * Piece > MaxColumns) Add(batch, threads);
            var (first, count) = (batch.Count, CopyPieces(product, input, group, image, pieces, batch.Columns, batch.Count));
            batch.Count += count;
            if (wanted is null) continue;

            CopyPieces(product, wanted, group, image, pieces, batch.Drifts, first);
            for (var row = 0; row < _depth; row++)
            {
                var drift = batch.Drifts.AsSpan(row * BatchStride + first, count);
                TensorPrimitives.Subtract(drift, batch.Columns.AsSpan(row * BatchStride + first, count), drift);
            }
        }
    }

    /// <summary>Multiplies what waits, and empties the batch.</summary>
    void Add(Batch batch, int threads)
    {
        if (batch.Count == 0) return;
        Add(batch.Columns, batch.Columns, batch.Count, _totals, threads);
        if (batch.Drifts.Length > 0) Add(batch.Drifts, batch.Columns, batch.Count, _driftTotals, threads);
        _count += batch.Count;
        batch.Count = 0;
    }

    /// <returns>How many columns there are.</returns>
    static unsafe int CopyPieces(LayerProduct product, Tensor input, int group, int image, int pieces, float[] columns, int place)
    {
        var (width, count) = (product.SizeOf(input).Columns, 0);
        fixed (float* to = columns)
        {
            for (var piece = 0; piece < pieces; piece++)
            {
                var first = (int)((long)width * piece / pieces);
                var length = Math.Min(Piece, width - first);
                product.CopyColumns(input, group, image, first, length, to + place + count, BatchStride);
                count += length;
            }
        }
        return count;
    }

    /// <summary>Adds left · rightᵀ and the sums of the rows of the left side.</summary>
    void Add(float[] left, float[] right, int count, (double[] Products, double[] Sums) totals, int threads)
    {
        var bands = Math.Min(threads, _depth);
        ParallelWork.ForEach(bands, threads, band =>
        {
            var (from, to) = ((int)((long)_depth * band / bands), (int)((long)_depth * (band + 1) / bands));
            var block = Multiply(left, from, to - from, right, count);
            AddTo(totals.Products.AsSpan(from * _depth, block.Length), block);
            for (var row = from; row < to; row++) totals.Sums[row] += TensorPrimitives.Sum<float>(left.AsSpan(row * BatchStride, count));
        });
    }

    unsafe float[] Multiply(float[] left, int firstRow, int rows, float[] right, int count)
    {
        var product = new float[rows * _depth];
        fixed (float* a = left, b = right, result = product)
        {
            MatrixProduct.Multiply<float, MatrixView<float>>(rows, _depth, count, new(a + firstRow * BatchStride, BatchStride),
                new(b, 1, BatchStride),
                null, result, _depth);
        }
        return product;
    }

    static void AddTo(Span<double> totals, ReadOnlySpan<float> addends)
    {
        var i = 0;
        for (; i <= addends.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(addends[i..]), out var low, out var high);
            (new Vector<double>(totals[i..]) + low).CopyTo(totals[i..]);
            (new Vector<double>(totals[(i + Vector<double>.Count)..]) + high).CopyTo(totals[(i + Vector<double>.Count)..]);
        }
        for (; i < addends.Length; i++) totals[i] += addends[i];
    }

    void Normalize()
    {
        var count = Math.Max(1, _count);
        var means = Array.ConvertAll(_totals.Sums, sum => _withoutMean ? sum / count : 0);
        Products = Centred(_totals, count, means);
        if (_driftTotals.Sums.Length > 0) Drift = Centred(_driftTotals, count, means);
        MeanPower = Enumerable.Range(0, _depth).Sum(row => (double)Products[row * _depth + row]) / _depth;
    }

    float[] Centred((double[] Products, double[] Sums) totals, long count, double[] means)
    {
        var matrix = new float[totals.Products.Length];
        for (var row = 0; row < _depth; row++)
        {
            var mean = totals.Sums[row] / count;
            Centre(totals.Products.AsSpan(row * _depth, _depth), count, mean, means, matrix.AsSpan(row * _depth, _depth));
        }
        return matrix;
    }

    /// <summary>products / count − mean · means.</summary>
    static void Centre(ReadOnlySpan<double> products, double count, double mean, ReadOnlySpan<double> means, Span<float> centred)
    {
        var column = 0;
        for (; column <= centred.Length - Vector<float>.Count; column += Vector<float>.Count)
        {
            var (low, high) = (Centred(products[column..], means[column..]),
                Centred(products[(column + Vector<double>.Count)..], means[(column + Vector<double>.Count)..]));
            Vector.Narrow(low, high).CopyTo(centred[column..]);
        }
        for (; column < centred.Length; column++) centred[column] = (float)(products[column] / count - mean * means[column]);

        Vector<double> Centred(ReadOnlySpan<double> product, ReadOnlySpan<double> other) =>
            new Vector<double>(product) / new Vector<double>(count) - new Vector<double>(mean) * new Vector<double>(other);
    }
}
