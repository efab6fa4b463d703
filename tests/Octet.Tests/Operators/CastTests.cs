using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class CastTests
{
    [Fact]
    public void Reals_lose_their_fraction_and_saturate() =>
        To(DataType.Int8, Tensor.Of([5], 1.9f, -1.9f, 300f, -300f, float.NaN)).AsSpan<sbyte>().ToArray()
        .ShouldBe(new sbyte[] { 1, -1, 127, -128, 0 });

    [Fact]
    public void Integers_wrap() =>
        To(DataType.UInt8, Tensor.Of([3], 255, 256, -1)).AsSpan<byte>().ToArray().ShouldBe(new byte[] { 255, 0, 255 });

    [Fact]
    public void Int64_keeps_all_its_digits() =>
        To(DataType.UInt64, Tensor.Vector(long.MaxValue, -1)).AsSpan<ulong>().ToArray().ShouldBe([long.MaxValue, ulong.MaxValue]);

    [Fact]
    public void Anything_but_zero_is_true()
    {
        var y = To(DataType.Bool, Tensor.Of([4], 0f, -0f, 0.1f, float.NaN));

        y.AsSpan<bool>().ToArray().ShouldBe([false, false, true, true]);
        To(DataType.Float32, y).Floats.ToArray().ShouldBe([0f, 0, 1, 1]);
    }

    [Fact]
    public void Four_bits_keep_the_lowest_bits()
    {
        To(DataType.Int4, Tensor.Of([5], -9f, -8f, 7f, 8f, 15f)).AsSpan<sbyte>().ToArray().ShouldBe(new sbyte[] { 7, -8, 7, -8, -1 });
        To(DataType.UInt4, Tensor.Of([3], -1, 16, 9)).AsSpan<byte>().ToArray().ShouldBe(new byte[] { 15, 0, 9 });
    }

    [Fact]
    public void Half_and_back()
    {
        var half = To(DataType.Float16, Tensor.Of([4], 1.0009765f, 65520f, -0f, 1e-8f));

        half.AsSpan<Half>().ToArray().ShouldBe([(Half)1.0009765f, Half.PositiveInfinity, Half.NegativeZero, (Half)0]);
        To(DataType.Float32, half).Floats.ToArray().ShouldBe([1.0009766f, float.PositiveInfinity, -0f, 0f]);
        To(DataType.Int32, half).AsSpan<int>()[0].ShouldBe(1);
    }

    [Fact]
    public void Bfloat16_rounds_to_the_nearest_ties_to_even()
    {
        var x = Tensor.Of([5], 1f, 1.00390625f, 1.01171875f, float.PositiveInfinity, float.NaN);
        var y = To(DataType.BFloat16, x);

        y.AsSpan<ushort>()[..4].ToArray().ShouldBe(new ushort[] { 0x3F80, 0x3F80, 0x3F82, 0x7F80 });
        float.IsNaN(BFloat16.ToSingle(y.AsSpan<ushort>()[4])).ShouldBeTrue();
        To(DataType.Float64, y).AsSpan<double>()[..3].ToArray().ShouldBe([1, 1, 1.015625]);
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
        Should.Throw<AttributeException>(() => Newest("Cast", new() { ["to"] = 99L })).Message.ShouldContain("99");

    [Fact]
    public void The_type_may_be_that_of_another_tensor() =>
        Newest("CastLike").RunOn(Tensor.Of([2], 1.7f, -1.7f), Tensor.Scalar(0L))[0].Longs.ToArray().ShouldBe([1L, -1]);

    /// <summary>Source: OCP 8-bit floating point specification 1.0, table 1; least and greatest numbers of each type.</summary>
    [Theory]
    [InlineData(DataType.Float8E4M3FN, 0.001953125f, 448f, float.NaN)]
    [InlineData(DataType.Float8E4M3FNUZ, 0.0009765625f, 240f, float.NaN)]
    [InlineData(DataType.Float8E5M2, 1.5258789e-05f, 57344f, float.PositiveInfinity)]
    [InlineData(DataType.Float8E5M2FNUZ, 7.6293945e-06f, 57344f, float.NaN)]
    [InlineData(DataType.Float4E2M1, 0.5f, 6f, 6f)]
    public void Small_floats_have_their_ends(DataType type, float min, float greatest, float beyond)
    {
        var x = Tensor.Of([6], min, min * 0.5f, min * 0.51f, greatest, greatest * 2, -greatest * 2);

        Reals(To(type, x)).ShouldBe([min, 0, min, greatest, greatest, -greatest]);
        var open = Newest("Cast", new() { ["to"] = (long)type, ["saturate"] = 0L }).RunOn(Tensor.Of([2], greatest * 2, -greatest * 2))[0];
        Reals(open).ShouldBe([beyond, -beyond]);
    }

    [Theory]
    [InlineData(DataType.Float8E4M3FN)]
    [InlineData(DataType.Float8E4M3FNUZ)]
    [InlineData(DataType.Float8E5M2)]
    [InlineData(DataType.Float8E5M2FNUZ)]
    [InlineData(DataType.Float8E8M0)]
    public void Every_code_of_a_small_float_comes_back(DataType type)
    {
        var codes = new Tensor(type, [256]);
        for (var code = 0; code < 256; code++) codes.Bytes[code] = (byte)code;
        var reals = To(DataType.Float32, codes);

        var back = Newest("Cast", new() { ["to"] = (long)type, ["saturate"] = 0L }).RunOn(reals)[0];

        for (var code = 0; code < 256; code++)
        {
            if (float.IsNaN(reals.Floats[code])) Reals(back)[code].ShouldBe(float.NaN, customMessage: $"code {code}");
            else back.Bytes[code].ShouldBe((byte)code, customMessage: $"{reals.Floats[code]}");
        }
    }

    [Fact]
    public void Powers_of_two_are_rounded_as_the_attribute_says()
    {
        var x = Tensor.Of([4], 1f, 1.4f, 1.6f, 3e38f);

        Reals(To(DataType.Float8E8M0, x)).ShouldBe([1f, 2, 2, MathF.ScaleB(1, 127)]);
        Reals(Newest("Cast", new() { ["to"] = (long)DataType.Float8E8M0, ["round_mode"] = "down" }).RunOn(x)[0])[..3].ShouldBe([1f, 1, 1]);
        Reals(Newest("Cast", new() { ["to"] = (long)DataType.Float8E8M0, ["round_mode"] = "nearest" }).RunOn(x)[0])[..3]
            .ShouldBe([1f, 1, 2]);
    }

    [Fact]
    public void Bits_may_be_taken_for_another_type_of_the_same_width()
    {
        BitCast(DataType.Int32, Floats([2], 1, -0f)).AsSpan<int>().ToArray().ShouldBe([0x3F800000, int.MinValue]);
        BitCast(DataType.BFloat16, Tensor.Of<short>([1], 0x3F80)).AsSpan<ushort>().ToArray().ShouldBe(new ushort[] { 0x3F80 });
        BitCast(DataType.UInt4, To(DataType.Int4, Floats([2], -1, 5))).AsSpan<byte>().ToArray().ShouldBe(new byte[] { 15, 5 });
        BitCast(DataType.Int4, To(DataType.Float4E2M1, Floats([2], -0f, 6))).AsSpan<sbyte>().ToArray().ShouldBe(new sbyte[] { -8, 7 });
        Should.Throw<OperatorException>(() => BitCast(DataType.Int64, Floats([1], 1))).Message.ShouldContain("widths");

        static Tensor BitCast(DataType to, Tensor x) => OfOpset("BitCast", 26, new() { ["to"] = (long)to }).RunOn(x)[0];
    }

    [Fact]
    public void Every_number_type_becomes_every_other()
    {
        DataType[] types =
            [.. Enum.GetValues<DataType>().Where(type => type is not (DataType.Undefined or DataType.Complex64 or DataType.Complex128))];
        foreach (var from in types)
        {
            foreach (var to in types)
            {
                var one = To(from, Tensor.Of([3], 1f, 1, 1));
                To(DataType.Float32, To(to, one)).Floats.ToArray().ShouldBe([1f, 1, 1], customMessage: $"{from} to {to}");
            }
        }
    }

    static float[] Reals(Tensor x) => To(DataType.Float32, x).Floats.ToArray();

    static Tensor To(DataType type, Tensor x) => Newest("Cast", new() { ["to"] = (long)type }).RunOn(x)[0];
}
