using Octet.Kernels;

namespace Octet.Tests.Kernels;

/// <summary>Products with 4-bit integers: every level has the bits of the definition, whoever computes which columns.</summary>
public sealed unsafe class NibbleProductTests
{
    static readonly SimdLevel[] Levels = [SimdLevel.Scalar, SimdLevel.Vector128, SimdLevel.Vector256, SimdLevel.Vector512];

    [Theory]
    [InlineData(1, 64, 32, 16, false), InlineData(1, 100, 70, 32, true), InlineData(2, 45, 17, 16, true), InlineData(3, 256, 5, 256, false)]
    [InlineData(5, 40, 33, 16, true), InlineData(8, 128, 130, 64, false)]
    public void Few_rows_have_the_bits_of_the_definition_at_every_level(int rows, int depth, int columns, int block, bool hasZeroPoints)
    {
        var matrix = Random(depth, columns, block, hasZeroPoints, out var random);
        var (left, bias) = (Floats(random, rows * depth), Floats(random, columns));
        var expected = new float[rows * columns];
        for (var i = 0; i < expected.Length; i++)
            expected[i] = NibbleProduct.DefineElement(left.AsSpan(i / columns * depth, depth), matrix, i % columns) + bias[i % columns];

        foreach (var level in Levels)
        {
            Multiply(left, matrix, bias, rows, level, parts: 1).ShouldBe(expected, level.ToString());
            Multiply(left, matrix, bias, rows, level, parts: 3).ShouldBe(expected, level.ToString());
        }
    }

    [Theory, InlineData(25, 64, 32, 16, false), InlineData(100, 100, 70, 32, true), InlineData(64, 45, 17, 16, true)]
    public void Many_rows_have_the_bits_of_a_product_with_the_real_values_at_every_level(
        int rows, int depth, int columns, int block, bool hasZeroPoints)
    {
        var matrix = Random(depth, columns, block, hasZeroPoints, out var random);
        var (left, bias) = (Floats(random, rows * depth), Floats(random, columns));
        var reals = new float[depth * columns];
        for (var i = 0; i < reals.Length; i++) reals[i] = matrix[i / columns, i % columns];
        var expected = new float[rows * columns];
        Gemm.MultiplyReference(left, reals, bias, expected, rows, columns, Limits.None, []);

        foreach (var level in Levels)
        {
            Multiply(left, matrix, bias, rows, level, parts: 1).ShouldBe(expected, level.ToString());
            Multiply(left, matrix, bias, rows, level, parts: 2).ShouldBe(expected, level.ToString());
        }
    }

    static float[] Multiply(float[] left, NibbleMatrix matrix, float[] bias, int rows, SimdLevel level, int parts)
    {
        var output = new float[rows * matrix.Columns];
        fixed (float* x = left, b = bias, y = output)
        {
            for (var part = 0; part < parts; part++)
            {
                NibbleProduct.Multiply(
                    x, matrix, b, y, rows, matrix.Groups * part / parts, matrix.Groups * (part + 1) / parts, level);
            }
        }
        return output;
    }

    static NibbleMatrix Random(int depth, int columns, int block, bool hasZeroPoints, out Random random)
    {
        random = new Random(20261201 + depth);
        var blocks = (depth + block - 1) / block;
        var integers = new byte[columns * blocks * block / 2];
        var zeroPoints = new byte[hasZeroPoints ? columns * ((blocks + 1) / 2) : 0];
        random.NextBytes(integers);
        random.NextBytes(zeroPoints);
        return new(depth, columns, block, integers, Floats(random, columns * blocks), zeroPoints);
    }

    static float[] Floats(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f)];
}
