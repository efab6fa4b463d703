using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Operators;

/// <summary>MatMulNBits by hand, and what it refuses.</summary>
public sealed class MatMulNBitsTests
{
    static Attributes Sizes(long depth, long columns, long block, long bits = 4) =>
        new() { ["K"] = depth, ["N"] = columns, ["block_size"] = block, ["bits"] = bits };

    static Operator Create(Attributes attributes) => OperatorTable.Create("com.microsoft", "MatMulNBits", 1, attributes);

    [Fact]
    public void Integers_count_from_their_zero_point_in_steps_of_their_block()
    {
        // Two blocks of 16, of which only the first elements are not at their zero point: 3 and 8 in the first, 15 and 6 in the second.
        var integers = Enumerable.Repeat((byte)0x66, 16).ToArray();
        (integers[0], integers[8]) = (0x83, 0x6F);
        var x = Tensor.Of<float>([2, 32], [.. Enumerable.Range(0, 64).Select(i => i % 32 is 0 or 1 or 16 ? 1f + i / 32 : 0)]);

        var y = Create(Sizes(32, 1, 16)).RunOn(x, Tensor.Of<byte>([1, 2, 8], integers), Tensor.Of<float>([2], 0.5f, 2),
            Tensor.Of<byte>([1], 0x66), null, Tensor.Of<float>([1], 10))[0];

        // (−3 + 2) · 0.5 + 9 · 2 + 10, and twice the sums in the second row.
        y.Floats.ToArray().ShouldBe([27.5f, 45]);
    }

    /// <summary>A matrix that is made during the run lies in the same buffer every time.</summary>
    [Fact]
    public void Integers_that_change_in_their_tensor_give_another_product()
    {
        var (x, integers, scales) = (Tensor.Of<float>([1, 16], [.. Enumerable.Repeat(1f, 16)]), new Tensor(DataType.UInt8, [1, 1, 8]),
            Tensor.Of<float>([1], 1));
        var op = Create(Sizes(16, 1, 16));
        float Product() => op.RunOn(x, integers, scales)[0].Floats[0];

        integers.Bytes.Fill(0x99);
        Product().ShouldBe(16);
        integers.Bytes.Fill(0x77);
        Product().ShouldBe(-16);
    }

    [Theory]
    [InlineData(32, 4, 16, 4, 64, 9, "scales")]
    [InlineData(32, 4, 16, 4, 63, 8, "B of shape")]
    [InlineData(40, 4, 16, 4, 64, 8, "K = 40")]
    [InlineData(32, 4, 24, 4, 64, 8, "block_size")]
    [InlineData(32, 4, 16, 3, 64, 8, "bits")]
    [InlineData(2147483647, 2147483647, 16, 4, 64, 8, "K")]
    public void Sizes_that_contradict_each_other_are_refused(
        long depth, long columns, long block, long bits, int bytes, int scales, string problem) => Should.Throw<OctetException>(() =>
            Create(Sizes(depth, columns, block, bits)).Infer([
                new(DataType.Float32, [1, 32]), new(DataType.UInt8, [bytes]), new(DataType.Float32, [scales])])).Message
            .ShouldContain(problem);

    [Fact]
    public void An_index_of_groups_is_refused() => Should.Throw<OperatorException>(() =>
        Create(Sizes(32, 4, 16)).Infer([
            new(DataType.Float32, [1, 32]), new(DataType.UInt8, [64]), new(DataType.Float32, [8]), null!,
            new(DataType.Int32, [32])])).Message.ShouldContain("g_idx");
}
