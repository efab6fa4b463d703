using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Tests.Kernels;

public sealed unsafe class MatrixProductTests
{
    static readonly int[] AwkwardRows = [1, 2, 6, 7, 13];
    static readonly int[] AwkwardColumns = [1, 15, 16, 17, 33];
    static readonly int[] AwkwardDepths = [0, 1, 2, 31];

    [Fact]
    public void Multiply_equals_its_definition_bit_for_bit_at_awkward_sizes()
    {
        foreach (var rows in AwkwardRows)
        {
            foreach (var columns in AwkwardColumns)
            {
                foreach (var depth in AwkwardDepths) Compare<float>(rows, columns, depth, RandomFloat);
            }
        }
    }

    [Theory]
    [InlineData(97, 18, 3)]
    [InlineData(2, 257, 3)]
    [InlineData(3, 2, 256)]
    [InlineData(100, 300, 270)]
    public void Multiply_equals_its_definition_beyond_one_block(int rows, int columns, int depth) =>
    Compare<float>(rows, columns, depth, RandomFloat);

    [Fact]
    public void Multiply_takes_doubles_and_integers()
    {
        Compare<double>(7, 19, 300, random => random.NextDouble() - 0.5);
        Compare<int>(7, 35, 300, random => random.Next(-100_000, 100_000));
        Compare<long>(7, 19, 30, random => random.NextInt64(-1_000_000_000_000, 1_000_000_000_000));
        Compare<uint>(7, 19, 30, random => (uint)random.Next());
    }

    [Fact]
    public void Multiply_reads_transposed_operands_in_place()
    {
        const int Rows = 9, Columns = 21, Depth = 270;
        var random = new Random(3);
        var left = Filled<float>([Depth, Rows], random, RandomFloat);
        var right = Filled<float>([Columns, Depth], random, RandomFloat);
        Tensor expected = new(DataType.Float32, [Rows, Columns]), actual = new(DataType.Float32, [Rows, Columns]);

        var leftView = new MatrixView<float>(left.Pointer<float>(), 1, Rows);
        var rightView = new MatrixView<float>(right.Pointer<float>(), 1, Depth);
        MatrixProduct.Reference(Rows, Columns, Depth, leftView, rightView, null, expected.Pointer<float>(), Columns);
        MatrixProduct.Multiply(Rows, Columns, Depth, leftView, rightView, null, actual.Pointer<float>(), Columns);

        actual.Floats.ToArray().ShouldBe(expected.Floats.ToArray());
    }

    static void Compare<T>(int rows, int columns, int depth, Func<Random, T> next) where T : unmanaged, INumber<T>
    {
        var random = new Random(rows * 1_000_003 + columns * 1_009 + depth);
        var left = Filled<T>([rows, depth], random, next);
        var right = Filled<T>([depth, columns], random, next);
        var bias = Filled<T>([rows], random, next);
        var stride = columns + 3;
        Tensor expected = new(DataTypeFacts.Of<T>(), [rows, stride]), actual = new(DataTypeFacts.Of<T>(), [rows, stride]);

        MatrixView<T> leftView = new(left.Pointer<T>(), depth), rightView = new(right.Pointer<T>(), columns);
        MatrixProduct.Reference(rows, columns, depth, leftView, rightView, bias.Pointer<T>(), expected.Pointer<T>(), stride);
        MatrixProduct.Multiply(rows, columns, depth, leftView, rightView, bias.Pointer<T>(), actual.Pointer<T>(), stride);

        actual.AsSpan<T>().SequenceEqual(expected.AsSpan<T>()).ShouldBeTrue(
            $"{typeof(T).Name}: {rows} rows, {columns} columns, depth {depth}");
    }

    static float RandomFloat(Random random) => random.NextSingle() - 0.5f;

    static Tensor Filled<T>(Shape shape, Random random, Func<Random, T> next) where T : unmanaged
    {
        var tensor = new Tensor(DataTypeFacts.Of<T>(), shape);
        foreach (ref var element in tensor.AsSpan<T>()) element = next(random);
        return tensor;
    }
}
