using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Operators;

public sealed class CastTests
{
    [Fact]
    public void Reals_lose_their_fraction_and_saturate() =>
        To(DataType.Int8, Tensor.Of([5], 1.9f, -1.9f, 300f, -300f, float.NaN)).Span<sbyte>().ToArray().ShouldBe(new sbyte[] { 1, -1, 127, -128, 0 });

    [Fact]
    public void Integers_wrap() =>
        To(DataType.UInt8, Tensor.Of([3], 255, 256, -1)).Span<byte>().ToArray().ShouldBe(new byte[] { 255, 0, 255 });

    [Fact]
    public void Int64_keeps_all_its_digits() =>
        To(DataType.UInt64, Tensor.Vector(long.MaxValue, -1)).Span<ulong>().ToArray().ShouldBe([long.MaxValue, ulong.MaxValue]);

    [Fact]
    public void Anything_but_zero_is_true()
    {
        var y = To(DataType.Bool, Tensor.Of([4], 0f, -0f, 0.1f, float.NaN));

        y.Span<bool>().ToArray().ShouldBe([false, false, true, true]);
        To(DataType.Float32, y).Floats.ToArray().ShouldBe([0f, 0, 1, 1]);
    }

    [Fact]
    public void Four_bits_keep_the_lowest_bits()
    {
        To(DataType.Int4, Tensor.Of([5], -9f, -8f, 7f, 8f, 15f)).Span<sbyte>().ToArray().ShouldBe(new sbyte[] { 7, -8, 7, -8, -1 });
        To(DataType.UInt4, Tensor.Of([3], -1, 16, 9)).Span<byte>().ToArray().ShouldBe(new byte[] { 15, 0, 9 });
    }

    [Fact]
    public void Half_and_back()
    {
        var half = To(DataType.Float16, Tensor.Of([4], 1.0009765f, 65520f, -0f, 1e-8f));

        half.Span<Half>().ToArray().ShouldBe([(Half)1.0009765f, Half.PositiveInfinity, Half.NegativeZero, (Half)0]);
        To(DataType.Float32, half).Floats.ToArray().ShouldBe([1.0009766f, float.PositiveInfinity, -0f, 0f]);
        To(DataType.Int32, half).Span<int>()[0].ShouldBe(1);
    }

    [Fact]
    public void Bfloat16_rounds_to_the_nearest_ties_to_even()
    {
        var x = Tensor.Of([5], 1f, 1.00390625f, 1.01171875f, float.PositiveInfinity, float.NaN);
        var y = To(DataType.BFloat16, x);

        y.Span<ushort>()[..4].ToArray().ShouldBe(new ushort[] { 0x3F80, 0x3F80, 0x3F82, 0x7F80 });
        float.IsNaN(BFloat16.ToSingle(y.Span<ushort>()[4])).ShouldBeTrue();
        To(DataType.Float64, y).Span<double>()[..3].ToArray().ShouldBe([1, 1, 1.015625]);
    }

    [Fact]
    public void Texts_are_numbers_and_numbers_are_texts()
    {
        var texts = Tensor.OfStrings([5], ["1.5", "-INF", "NaN", "1e3", "+inf"]);

        To(DataType.Float32, texts).Floats.ToArray().ShouldBe([1.5f, float.NegativeInfinity, float.NaN, 1000f, float.PositiveInfinity]);
        To(DataType.String, Tensor.Of([3], 0.1f, float.NaN, float.NegativeInfinity)).Strings.ToArray().ShouldBe(["0.1", "NaN", "-INF"]);
        To(DataType.String, Tensor.Vector(-7)).Strings.ToArray().ShouldBe(["-7"]);
        Should.Throw<OperatorException>(() => To(DataType.Float32, Tensor.OfStrings([1], ["cat"]))).Message.ShouldContain("cat");
    }

    [Fact]
    public void A_type_that_is_not_one_is_refused_when_the_model_is_read() =>
        Should.Throw<AttributeException>(() => OperatorRun.Newest("Cast", new() { ["to"] = 99L })).Message.ShouldContain("99");

    static Tensor To(DataType type, Tensor x) => OperatorRun.Newest("Cast", new() { ["to"] = (long)type }).RunOn(x)[0];
}
