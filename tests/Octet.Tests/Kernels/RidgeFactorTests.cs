using Octet.Kernels;

namespace Octet.Tests.Kernels;

public sealed class RidgeFactorTests
{
    /// <summary>Sizes around that of a block, and more rows than a part: what was solved gives the right side back.</summary>
    [Theory, InlineData(1, 1), InlineData(47, 3), InlineData(48, 100), InlineData(49, 97), InlineData(200, 130)]
    public void A_solution_gives_the_right_side_back(int size, int rows)
    {
        const float ridge = 0.5f;
        var random = new Random(size);
        var matrix = Covariance(random, size);
        var right = Enumerable.Range(0, rows * size).Select(_ => random.NextSingle() - 0.5f).ToArray();

        var solved = (float[])right.Clone();
        new RidgeFactor(matrix, size, ridge, threads: 2).Solve(solved, threads: 2);

        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < size; column++)
            {
                var sum = (double)ridge * solved[row * size + column];
                for (var i = 0; i < size; i++) sum += (double)solved[row * size + i] * matrix[i * size + column];
                sum.ShouldBe(right[row * size + column], tolerance: 1e-3);
            }
        }
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        var random = new Random(7);
        var matrix = Covariance(random, 150);
        float[] Solved(int threads)
        {
            var rows = Enumerable.Range(0, 220 * 150).Select(i => MathF.Sin(i)).ToArray();
            new RidgeFactor(matrix, 150, 0.1f, threads).Solve(rows, threads);
            return rows;
        }
        Solved(1).ShouldBe(Solved(4));
    }

    /// <summary>The ridge holds up what rounding would make negative: a matrix of rank 1 with large elements.</summary>
    [Fact]
    public void A_matrix_without_full_rank_has_a_factor()
    {
        var matrix = Enumerable.Repeat(1e4f, 100 * 100).ToArray();
        var row = Enumerable.Repeat(1f, 100).ToArray();
        new RidgeFactor(matrix, 100, 1, threads: 1).Solve(row, threads: 1);
        row.ShouldAllBe(element => float.IsFinite(element));
    }

    static float[] Covariance(Random random, int size)
    {
        var columns = Enumerable.Range(0, size * 2 * size).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var matrix = new float[size * size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                var sum = 0.0;
                for (var k = 0; k < 2 * size; k++) sum += columns[i * 2 * size + k] * columns[j * 2 * size + k];
                matrix[i * size + j] = (float)sum;
            }
        }
        return matrix;
    }
}
