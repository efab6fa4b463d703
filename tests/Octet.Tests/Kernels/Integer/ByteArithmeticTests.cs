using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Tests.Kernels;

public sealed unsafe class ByteArithmeticTests
{
    [Theory, InlineData(false), InlineData(true)]
    public void Sums_of_every_length_equal_the_definition(bool isSigned)
    {
        var random = new Random(3);
        for (var length = 0; length <= 130; length++)
        {
            var function = new ByteSum(random.NextSingle(), random.Next(-128, 128), random.NextSingle(), random.Next(-128, 128),
                random.Next(-128, 128));
            Check(new ByteArithmetic<ByteSum>(function, isSigned), function, isSigned, random, length);
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Products_of_every_length_equal_the_definition(bool isSigned)
    {
        var random = new Random(4);
        for (var length = 0; length <= 130; length++)
        {
            var function = new ByteProduct(random.Next(-128, 128), random.Next(-128, 128), random.NextSingle() / 60,
                random.Next(-128, 128));
            Check(new ByteArithmetic<ByteProduct>(function, isSigned), function, isSigned, random, length);
        }
    }

    [Fact]
    public void A_table_looks_every_byte_up_at_every_length()
    {
        var random = new Random(5);
        var results = new byte[256];
        random.NextBytes(results);
        var table = new ByteTable(results);
        for (var length = 0; length <= 257; length++)
        {
            var (x, y) = (new byte[length], new byte[length]);
            random.NextBytes(x);

            table.Map(x, y);

            y.ShouldBe(Array.ConvertAll(x, value => results[value]), $"length {length}");
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Sums_of_columns_equal_the_definition(bool isSigned)
    {
        var random = new Random(6);
        for (var columns = 1; columns <= 50; columns++)
        {
            var x = random.Bytes(7 * columns);
            var (sums, expected) = (new int[columns], new int[columns]);
            for (var i = 0; i < 7 * columns; i++) expected[i % columns] += isSigned ? (int)(sbyte)x.AsSpan<byte>()[i] : x.AsSpan<byte>()[i];

            ByteSums.OfColumns(x.Pointer<byte>(), 7, columns, isSigned, sums);

            sums.ShouldBe(expected);
        }
    }

    static void Check<TFunction>(ByteArithmetic<TFunction> arithmetic, TFunction function, bool isSigned, Random random,
        int length) where TFunction : struct, IByteFunction
    {
        var (x, y, actual, expected) = (random.Bytes(length), random.Bytes(length), new Tensor(DataType.UInt8, [length]), new byte[length]);
        var (low, high) = isSigned ? (-128, 127) : (0, 255);
        for (var i = 0; i < length; i++)
        {
            var (left, right) = (x.AsSpan<byte>()[i], y.AsSpan<byte>()[i]);
            var steps = isSigned ? function.Invoke((sbyte)left, (sbyte)right) : function.Invoke(left, right);
            expected[i] = (byte)(int)Math.Clamp(MathF.Round(steps, MidpointRounding.ToEven), low, high);
        }

        arithmetic.Run(x.Pointer<byte>(), y.Pointer<byte>(), actual.Pointer<byte>(), length);

        actual.AsSpan<byte>().ToArray().ShouldBe(expected, $"length {length}");
    }
}
