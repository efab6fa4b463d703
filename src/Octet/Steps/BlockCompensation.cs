using Octet.Foundation;
using Octet.Kernels;
using Octet.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Steps;

/// <summary>Rounds the rows of a matrix to 4-bit integers in blocks, column by column, so that each column makes up for the errors of those
/// before it.</summary>
/// <remarks>
/// With M + λ I = R Rᵀ, R upper triangular, the squared error of an output with errors e is <c>|Rᵀ e|²</c>, whose element i knows only the
/// errors up to i: rounding <c>wᵢ + Σⱼ﹤ᵢ eⱼ Rⱼᵢ / Rᵢᵢ</c> makes each as small as its grid allows. It is GPTQ (Frantar et al. 2022,
/// arXiv:2210.17323) without an inverse. Each row is rounded in the order of the depth, with grids that fit what is left to make up for,
/// and in the order of falling power, with grids of the weights themselves; the better of both stays.
/// </remarks>
static class BlockCompensation
{
    /// <summary>What the diagonal is raised by, as a share of its mean.</summary>
    const float Damping = 0.01f;

    /// <summary>Rounds each block by itself.</summary>
    public static BlockedMatrix RoundAlone(float[] weights, int rows, BlockSpec spec, BlockRounding rounding, int threads)
    {
        var matrix = new BlockedMatrix(rows, weights.Length / rows, spec);
        var importance = Enumerable.Repeat(1f, spec.BlockSize).ToArray();
        ParallelWork.ForEach(rows, threads, row =>
        {
            for (var block = 0; block < matrix.Blocks; block++)
            {
                var (first, end) = (block * spec.BlockSize, Math.Min(matrix.Depth, (block + 1) * spec.BlockSize));
                var elements = weights.AsSpan(row * matrix.Depth + first, end - first);
                var grid = rounding == BlockRounding.Nearest
                    ? BlockGrid.Of(elements, spec.HasZeroPoints) : BlockGrid.Best(elements, importance, spec.HasZeroPoints);
                SetGrid(matrix, row, block, grid);
                for (var k = first; k < end; k++)
                    matrix.Integers[row * matrix.Depth + k] = (byte)grid.Round(weights[row * matrix.Depth + k]);
            }
        });
        return matrix;
    }

    /// <summary>Rounds the rows by what they multiply.</summary>
    /// <param name="weights">[rows, depth].</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="moments">Of what the rows multiply.</param>
    /// <param name="spec">The blocks.</param>
    /// <param name="threads">How many rows are worked on at once; the result does not depend on it.</param>
    public static BlockedMatrix Round(float[] weights, int rows, InputMoments moments, BlockSpec spec, int threads)
    {
        var depth = weights.Length / rows;
        if (!(moments.MeanPower > 0)) return RoundAlone(weights, rows, spec, BlockRounding.Refined, threads);
        var power = new float[depth];
        for (var k = 0; k < depth; k++) power[k] = moments.Products[k * depth + k] + Damping * (float)moments.MeanPower;
        var matrix = new BlockedMatrix(rows, depth, spec);
        var errors = new double[rows];
        var natural = Enumerable.Range(0, depth).ToArray();
        RoundInOrder(natural);
        RoundInOrder([.. natural.OrderByDescending(k => power[k])]);
        return matrix;

        void RoundInOrder(int[] order)
        {
            var isNatural = ReferenceEquals(order, natural);
            var system = Triangle.Of(moments, order, Damping, threads);
            ParallelWork.ForEach(rows, threads, row =>
            {
                var trial = new RowTrial(weights.AsSpan(row * depth, depth), spec, system, isNatural ? null : power, order);
                if (!isNatural && trial.Error >= errors[row]) return;
                errors[row] = trial.Error;
                trial.Integers.CopyTo(matrix.Integers, row * depth);
                for (var block = 0; block < matrix.Blocks; block++) SetGrid(matrix, row, block, trial.Grids[block]);
            });
        }
    }

    static void SetGrid(BlockedMatrix matrix, int row, int block, BlockGrid grid)
    {
        matrix.Scales[row * matrix.Blocks + block] = grid.Scale;
        matrix.ZeroPoints[row * matrix.Blocks + block] = (byte)grid.ZeroPoint;
    }

    /// <summary>What errors before a column do to it.</summary>
    /// <param name="Effects">[depth, depth]: Rⱼᵢ / Rᵢᵢ in row i, column j, below the diagonal.</param>
    /// <param name="Powers">Rᵢᵢ².</param>
    sealed record Triangle(float[] Effects, float[] Powers)
    {
        /// <param name="moments">M.</param>
        /// <param name="order">The column at each place.</param>
        /// <param name="damping">λ as a share of the mean of the diagonal.</param>
        /// <param name="threads">How many rows are worked on at once.</param>
        public static Triangle Of(InputMoments moments, int[] order, float damping, int threads)
        {
            // The lower factor of the reversed matrix is the upper one, reversed.
            var depth = order.Length;
            var reversed = new float[depth * depth];
            for (var i = 0; i < depth; i++)
            {
                for (var j = 0; j < depth; j++)
                    reversed[i * depth + j] = moments.Products[order[depth - 1 - i] * depth + order[depth - 1 - j]];
            }
            var factor = new RidgeFactor(reversed, depth, (float)(damping * moments.MeanPower), threads);
            var (effects, powers) = (reversed, new float[depth]);
            for (var i = 0; i < depth; i++) powers[i] = factor.Element(depth - 1 - i, depth - 1 - i);
            for (var i = 0; i < depth; i++)
            {
                for (var j = 0; j < i; j++) effects[i * depth + j] = factor.Element(depth - 1 - j, depth - 1 - i) / powers[i];
            }
            for (var i = 0; i < depth; i++) powers[i] *= powers[i];
            return new(effects, powers);
        }
    }

    /// <summary>One row, rounded in one order.</summary>
    readonly ref struct RowTrial
    {
        public readonly double Error;
        public readonly byte[] Integers;
        public readonly BlockGrid[] Grids;

        /// <param name="row">The weights, in the order of the depth.</param>
        /// <param name="spec">The blocks.</param>
        /// <param name="system">In the order of rounding.</param>
        /// <param name="power">Of each input, for grids of the weights themselves; null for grids of what is left, where the order is that
        /// of the depth.</param>
        /// <param name="order">The column at each place.</param>
        public RowTrial(ReadOnlySpan<float> row, BlockSpec spec, Triangle system, float[]? power, int[] order)
        {
            var (depth, size) = (row.Length, spec.BlockSize);
            Integers = new byte[depth];
            Grids = new BlockGrid[(depth + size - 1) / size];
            var errors = new float[depth];
            for (var block = 0; block < Grids.Length && power is not null; block++)
            {
                var count = Math.Min(size, depth - block * size);
                Grids[block] = BlockGrid.Best(row.Slice(block * size, count), power.AsSpan(block * size, count), spec.HasZeroPoints);
            }
            for (var i = 0; i < depth; i++)
            {
                if (power is null && i % size == 0) Grids[i / size] = GridOfRest(row, spec, system, errors, i);
                var column = order[i];
                var aim = row[column] + TensorPrimitives.Dot<float>(errors.AsSpan(0, i), system.Effects.AsSpan(i * depth, i));
                var grid = Grids[column / size];
                var integer = grid.Round(aim);
                Integers[column] = (byte)integer;
                errors[i] = row[column] - grid.ValueOf(integer);
                var left = aim - grid.ValueOf(integer);
                Error += system.Powers[i] * (double)left * left;
            }
        }

        /// <summary>The grid for a block as it would be if its columns could make up for all errors before it.</summary>
        static BlockGrid GridOfRest(ReadOnlySpan<float> row, BlockSpec spec, Triangle system, float[] errors, int first)
        {
            var (depth, count) = (row.Length, Math.Min(spec.BlockSize, row.Length - first));
            Span<float> aims = stackalloc float[count];
            for (var i = 0; i < count; i++)
            {
                var at = first + i;
                var owed = TensorPrimitives.Dot<float>(errors.AsSpan(0, at), system.Effects.AsSpan(at * depth, at));
                aims[i] = row[at] + owed;
                errors[at] = -owed;
            }
            return BlockGrid.Best(aims, system.Powers.AsSpan(first, count), spec.HasZeroPoints);
        }
    }
}
