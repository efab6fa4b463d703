using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Tests.Kernels;

public sealed unsafe class IntegerGemmTests
{
    public static TheoryData<string> Levels => IntegerCases.LevelNames;

    [Theory, MemberData(nameof(Levels))]
    public void Every_size_around_the_tile_equals_the_definition(string level)
    {
        var random = new Random(20261130);
        for (var columns = 1; columns <= 70; columns++) Check(level, random, rows: 1 + columns % 14, depth: 1 + columns % 9, columns);
        for (var depth = 1; depth <= 40; depth++) Check(level, random, rows: 1 + depth % 7, depth, columns: 33);
    }

    [Theory, MemberData(nameof(Levels))]
    public void More_rows_than_a_block_equal_the_definition(string level) =>
        Check(level, new Random(5), rows: 1500, depth: 400, columns: 20);

    [Theory, MemberData(nameof(Levels))]
    public void Extreme_values_do_not_saturate_between(string level)
    {
        // 255 · 127 twice is more than 16 bits hold: where vpmaddubsw would saturate.
        const int Depth = 64, Columns = 19;
        var weights = Enumerable.Repeat((sbyte)127, Depth * Columns).ToArray();
        var x = new Tensor(DataType.UInt8, [Depth]);
        x.AsSpan<byte>().Fill(255);
        var packed = new PackedIntegerMatrix(
            weights, Columns, Depth, [.. Enumerable.Range(0, Depth)], taps: 1, new(DataType.UInt8, 0, [], [], null),
                level: Enum.Parse<DotProductLevel>(level));
        var sums = new Tensor(DataType.Int32, [Columns]);

        IntegerGemm.MultiplyToSums(x.Pointer<byte>(), packed, sums.Pointer<int>(), rows: 1);

        sums.AsSpan<int>().ToArray().ShouldAllBe(sum => sum == 255 * 127 * Depth);
    }

    [Fact]
    public void Sums_that_could_overflow_are_refused()
    {
        var scheme = new IntegerScheme(DataType.UInt8, 0, [int.MaxValue - 100], [1f], Requantization.To(DataType.UInt8, 0));

        var mistake = Should.Throw<SumOverflowException>(() => new PackedIntegerMatrix([1], 1, 1, [0], taps: 1, scheme));

        // 255 steps of the input times 1, added to the bias.
        mistake.Message.ShouldContain($"{int.MaxValue - 100L} to {int.MaxValue + 155L}");
    }

    [Fact]
    public void Multiply_allocates_nothing_once_warm()
    {
        var random = new Random(8);
        var packed = new PackedIntegerMatrix(random.Weights(16 * 8), 16, 8, [.. Enumerable.Range(0, 8)], taps: 1, random.Scheme(16));
        var (x, y) = (random.Bytes(9 * 8), new Tensor(DataType.UInt8, [9 * 16]));
        IntegerGemm.Multiply(x.Pointer<byte>(), packed, y.Pointer<byte>(), rows: 9);

        var before = GC.GetAllocatedBytesForCurrentThread();
        IntegerGemm.Multiply(x.Pointer<byte>(), packed, y.Pointer<byte>(), rows: 9);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    static void Check(string level, Random random, int rows, int depth, int columns)
    {
        var (x, weights, scheme) = (random.Bytes(rows * depth), random.Weights(columns * depth), random.Scheme(columns));
        var (expected, expectedSums) = (new byte[rows * columns], new int[rows * columns]);
        for (var i = 0; i < expected.Length; i++)
        {
            var (row, column) = Math.DivRem(i, columns);
            var sum = scheme.BiasOf(column);
            for (var k = 0; k < depth; k++)
            {
                var value = x.AsSpan<byte>()[row * depth + k];
                sum += ((scheme.IsSigned ? (int)(sbyte)value : value) - scheme.InputZeroPoint) * weights[column * depth + k];
            }
            (expectedSums[i], expected[i]) = (sum, scheme.Output!.Value.Apply(sum, scheme.MultiplierOf(column)));
        }

        var packed = new PackedIntegerMatrix(weights, columns, depth, [.. Enumerable.Range(0, depth)], taps: 1, scheme,
            level: Enum.Parse<DotProductLevel>(level));
        var (actual, sums) = (new Tensor(DataType.UInt8, [rows * columns]), new Tensor(DataType.Int32, [rows * columns]));
        IntegerGemm.Multiply(x.Pointer<byte>(), packed, actual.Pointer<byte>(), rows);
        IntegerGemm.MultiplyToSums(x.Pointer<byte>(), packed, sums.Pointer<int>(), rows);

        actual.AsSpan<byte>().ToArray().ShouldBe(expected, $"{rows} rows, depth {depth}, {columns} columns, {scheme}");
        sums.AsSpan<int>().ToArray().ShouldBe(expectedSums);
    }
}
