using Octet.Kernels;

namespace Octet.Tests.Kernels;

public sealed class GemmTests
{
    public static TheoryData<string> Levels => KernelCases.LevelNames;

    [Theory, MemberData(nameof(Levels))]
    public void Multiply_equals_its_definition_at_every_small_size(string level)
    {
        var random = new Random(20261121);
        for (var rows = 1; rows <= 13; rows++)
        {
            for (var columns = 1; columns <= 40; columns++)
                Check(Enum.Parse<SimdLevel>(level), random, rows, columns, depth: random.Next(1, 12));
        }
    }

    [Theory, MemberData(nameof(Levels))]
    public void Multiply_equals_its_definition_at_awkward_sizes(string level)
    {
        var random = new Random(20261122);
        (int Rows, int Columns, int Depth)[] sizes =
            [(1, 101, 67), (2, 64, 128), (49, 33, 97), (97, 1, 31), (53, 7, 5), (31, 113, 1), (61, 16, 16), (6, 24, 0), (1030, 3, 2),
            (67, 48, 41)];
        foreach (var (rows, columns, depth) in sizes) Check(Enum.Parse<SimdLevel>(level), random, rows, columns, depth);
    }

    static void Check(SimdLevel level, Random random, int rows, int columns, int depth)
    {
        var isTransposed = random.Next(2) == 0;
        var (left, right, bias) =
            (random.Values(rows * depth), random.Values(depth * columns), random.Next(4) == 0 ? [] : random.Values(columns));
        var residual = random.Next(3) == 0 ? random.Values(rows * columns) : [];
        var limits = random.Next(2) == 0 ? Limits.None : new Limits(-0.5f, 0.75f);
        var (expected, actual) = (new float[rows * columns], new float[rows * columns]);

        Gemm.MultiplyReference(left, right, bias, expected, rows, columns, limits, residual);
        var packed = PackedMatrix.Of(isTransposed ? Transpose(right, depth, columns) : right, depth, columns, isTransposed, bias, level);
        Gemm.Multiply(left, packed, actual, rows, limits, residual);

        actual.ShouldEqual(expected, $"{rows} × {depth} · {depth} × {columns}, level {level}");
    }

    [Theory, MemberData(nameof(Levels))]
    public void Limits_let_NaN_and_infinity_through_as_ONNX_wants(string level)
    {
        foreach (var columns in new[] { 1, 5, 20, 37 })
        {
            var (nan, infinity) = (float.NaN, float.PositiveInfinity);
            var packed = PackedMatrix.Of(Enumerable.Repeat(1f, columns).ToArray(), depth: 1, columns, isTransposed: false,
                level: Enum.Parse<SimdLevel>(level));

            Multiply([nan, infinity, -infinity, -1, 9], packed, Limits.Relu6).ShouldBe(Repeat([nan, 6, 0, 0, 6], columns));
            Multiply([nan, infinity, -infinity, -1, 9], packed, Limits.None).ShouldBe(Repeat([nan, infinity, -infinity, -1, 9], columns));
        }
    }

    [Theory, MemberData(nameof(Levels))]
    public void A_row_has_the_same_bits_in_any_matrix(string level)
    {
        var random = new Random(5);
        var (left, packed) =
            (random.Values(29 * 83),
                PackedMatrix.Of(random.Values(83 * 45), 83, 45, isTransposed: false, level: Enum.Parse<SimdLevel>(level)));
        var whole = new float[29 * 45];
        Gemm.Multiply(left, packed, whole, 29, Limits.None);

        for (var start = 0; start < 29; start += 4)
        {
            var rows = Math.Min(29 - start, 1 + start % 5);
            var part = new float[rows * 45];
            Gemm.Multiply(left.AsSpan(start * 83, rows * 83), packed, part, rows, Limits.None);
            part.ShouldBe(whole.AsSpan(start * 45, rows * 45).ToArray());
        }
    }

    [Fact]
    public void Nothing_outside_the_output_is_written()
    {
        foreach (var level in KernelCases.Levels)
        {
            foreach (var columns in new[] { 1, 3, 7, 9, 17, 25, 47 })
            {
                var memory = Enumerable.Repeat(-7f, 11 * columns + 128).ToArray();
                var packed = PackedMatrix.Of(new float[4 * columns], depth: 4, columns, isTransposed: false, level: level);

                Gemm.Multiply(new float[11 * 4], packed, memory.AsSpan(64, 11 * columns), 11, Limits.None);

                memory.AsSpan(64, 11 * columns).ToArray().ShouldAllBe(value => value == 0);
                memory[..64].ShouldAllBe(value => value == -7);
                memory[^64..].ShouldAllBe(value => value == -7);
            }
        }
    }

    [Fact]
    public void Multiply_allocates_nothing_once_warm()
    {
        var packed = PackedMatrix.Of(new float[64 * 24], depth: 64, columns: 24, isTransposed: false);
        var (left, output) = (new float[50 * 64], new float[50 * 24]);
        Gemm.Multiply(left, packed, output, 50, Limits.Relu);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Gemm.Multiply(left, packed, output, 50, Limits.Relu);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    static float[] Multiply(float[] left, PackedMatrix right, Limits limits)
    {
        var output = new float[left.Length * right.Columns];
        Gemm.Multiply(left, right, output, left.Length, limits);
        return output;
    }

    static float[] Repeat(float[] values, int times) => [.. values.SelectMany(value => Enumerable.Repeat(value, times))];

    static float[] Transpose(float[] matrix, int rows, int columns)
    {
        var result = new float[matrix.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j];
        }
        return result;
    }
}
