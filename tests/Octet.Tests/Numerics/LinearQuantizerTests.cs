using System.Numerics;
using System.Runtime.InteropServices;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Tests.Numerics;

public sealed class LinearQuantizerTests
{
    [Theory]
    [InlineData(0.25f, 0)]
    [InlineData(0.75f, 2)]
    [InlineData(-0.25f, 0)]
    [InlineData(-0.75f, -2)]
    [InlineData(1.25f, 2)]
    [InlineData(63.75f, 127)]
    [InlineData(-64.25f, -128)]
    public void Ties_go_to_the_even_step(float x, int expected) =>
        LinearQuantizer.Quantize(x, 0.5f, zeroPoint: 0, low: -128, high: 127).ShouldBe(expected);

    [Theory]
    [InlineData(0f, 128)]
    [InlineData(3f, 130)]
    [InlineData(1000f, 255)]
    [InlineData(-254f, 1)]
    [InlineData(-1000f, 0)]
    [InlineData(float.MaxValue, 255)]
    [InlineData(float.MinValue, 0)]
    [InlineData(float.PositiveInfinity, 255)]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(float.NaN, 128)]
    public void Values_saturate_at_both_ends_and_NaN_becomes_the_zero_point(float x, int expected) =>
        LinearQuantizer.Quantize(x, 2f, zeroPoint: 128, low: 0, high: 255).ShouldBe(expected);

    [Fact]
    public void Quantize_divides_by_the_scale_because_a_reciprocal_rounds_some_ties_the_other_way()
    {
        const float scale = 0.1f;
        var differ = Enumerable.Range(0, 100).Select(k => 0.1f * k + 0.05f)
            .Count(x => LinearQuantizer.Quantize(x, scale, 0, 0, 255) != (int)MathF.Round(x * (1 / scale), MidpointRounding.ToEven));
        differ.ShouldBeGreaterThan(0);
        LinearQuantizer.Quantize(0.35f, scale, 0, 0, 255).ShouldBe((int)MathF.Round(0.35f / scale, MidpointRounding.ToEven));
    }

    [Theory]
    [InlineData(0.7f, 3, -128, 127)]
    [InlineData(0.02f, 200, 0, 255)]
    [InlineData(1e-38f, 0, -127, 127)]
    [InlineData(3e37f, 255, 0, 255)]
    [InlineData(0.5f, 8, 0, 15)]
    public void The_fast_versions_equal_their_definitions_at_every_length_around_the_vector_width(float scale, int zeroPoint, int low,
        int high)
    {
        for (var length = 0; length <= 257; length++)
        {
            var x = Awkward(length, scale);
            if (low < 0) Compare<sbyte>(x, scale, zeroPoint, low, high);
            else Compare<byte>(x, scale, zeroPoint, low, high);
            Compare<short>(x, scale, zeroPoint, low, high);
            Compare<int>(x, scale, zeroPoint, low, high);
        }
    }

    [Theory]
    [InlineData(-32768, 32767, 5)]
    [InlineData(-32767, 32767, 0)]
    public void Sixteen_signed_bits_are_exact(int low, int high, int zeroPoint) =>
    Compare<short>(Awkward(1000, 0.001f), 0.001f, zeroPoint, low, high);

    [Fact]
    public void Sixteen_unsigned_bits_are_exact() => Compare<ushort>(Awkward(1000, 0.001f), 0.001f, 40000, 0, 65535);

    static void Compare<T>(float[] x, float scale, int zeroPoint, int low, int high) where T : unmanaged, IBinaryInteger<T>
    {
        var (expected, actual) = (new T[x.Length], new T[x.Length]);
        LinearQuantizer.QuantizeReference<T>(x, expected, scale, zeroPoint, low, high);
        LinearQuantizer.Quantize<T>(x, actual, scale, zeroPoint, low, high);
        actual.ShouldBe(expected, $"Quantize<{typeof(T).Name}>, length {x.Length}");

        var (real, fastReal) = (new float[x.Length], new float[x.Length]);
        LinearQuantizer.DequantizeReference<T>(expected, real, scale, zeroPoint);
        LinearQuantizer.Dequantize<T>(actual, fastReal, scale, zeroPoint);
        fastReal.ShouldBe(real, $"Dequantize<{typeof(T).Name}>, length {x.Length}");

        var (fake, fastFake) = (new float[x.Length], new float[x.Length]);
        LinearQuantizer.FakeQuantizeReference(x, fake, scale, zeroPoint, low, high);
        LinearQuantizer.FakeQuantize(x, fastFake, scale, zeroPoint, low, high);
        Bits(fastFake).ShouldBe(Bits(fake), $"FakeQuantize, length {x.Length}");
        Bits(fastFake).ShouldBe(Bits(real), $"FakeQuantize is Quantize and Dequantize, length {x.Length}");
    }

    [Fact]
    public void Each_channel_has_its_own_scale_and_zero_point()
    {
        float[] x = [1, 2, 3, 4, 1, 2, 3, 4];
        var integers = new byte[8];
        LinearQuantizer.Quantize<byte>(x, integers, new ChannelLayout(2, 2, 2), [1f, 2f], [10, 20], 0, 255);
        integers.ShouldBe(new byte[] { 11, 12, 22, 22, 11, 12, 22, 22 });

        var back = new float[8];
        LinearQuantizer.Dequantize<byte>(integers, back, new ChannelLayout(2, 2, 2), [1f, 2f], [10, 20]);
        back.ShouldBe(new float[] { 1, 2, 4, 4, 1, 2, 4, 4 });
    }

    [Fact]
    public void Tensors_are_quantized_into_the_type_that_stores_them_and_back()
    {
        var x = Tensor.Of([2, 3], -9f, 0.4f, 2f, 1f, 1.5f, 300f);
        var spec = new QuantizationSpec(8, Signed: true, Symmetric: true, NarrowRange: true, PerChannel: true);
        var parameters = new QuantizationParameters(spec, [1f, 2f, 0.5f], [0, 0, 0], Axis: 1);

        var integers = LinearQuantizer.Quantize(x, parameters);

        integers.Type.ShouldBe(DataType.Int8);
        integers.AsSpan<sbyte>().ToArray().ShouldBe(new sbyte[] { -9, 0, 4, 1, 1, 127 });
        var expected = new[] { -9f, 0, 2, 1, 2, 63.5f };
        LinearQuantizer.Dequantize(integers, parameters).Floats.ToArray().ShouldBe(expected);
        var fake = new float[6];
        LinearQuantizer.FakeQuantize(x.Floats, fake, x.Shape, parameters);
        fake.ShouldBe(expected);
    }

    [Theory]
    [InlineData(1f, 0.5f, 0.25f, 8)]
    [InlineData(-0.3125f, 0.5f, 0.25f, -2)]
    [InlineData(1e30f, 1e-3f, 1e-3f, int.MaxValue)]
    [InlineData(-1e30f, 1e-3f, 1e-3f, int.MinValue)]
    [InlineData(1f, 1e-30f, 1e-30f, int.MaxValue)]
    [InlineData(0f, 1e-30f, 1e-30f, 0)]
    public void A_bias_is_counted_in_steps_of_both_scales_and_never_overflows(float bias, float inputScale, float weightScale,
        int expected) =>
        LinearQuantizer.QuantizeBias(bias, inputScale, weightScale).ShouldBe(expected);

    [Theory]
    [InlineData(int.MaxValue, 255)]
    [InlineData(int.MinValue, 0)]
    [InlineData(3, 130)]
    [InlineData(1, 128)]
    [InlineData(-5, 126)]
    public void Requantize_rounds_half_to_even_and_saturates(int sum, int expected) =>
        LinearQuantizer.Requantize(sum, LinearQuantizer.ComputeMultiplier(0.5f, 0.5f, 0.5f), 128, 0, 255).ShouldBe(expected);

    /// <summary>Ties, values near ties, and every kind of extreme, spread over the vector's lanes.</summary>
    static float[] Awkward(int length, float scale)
    {
        var random = new Random(length);
        float[] extremes =
        [
            0f, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon,
                -float.Epsilon, -scale / 4,
            scale * 2147483648f, scale * -2147483648f, scale * 1e20f, 1e-40f,
        ];
        return
        [
            .. Enumerable.Range(0, length).Select(_ => random.Next(4) switch
            {
                0 => extremes[random.Next(extremes.Length)],
                1 => (random.Next(-300, 300) + 0.5f) * scale,
                2 => MathF.BitIncrement((random.Next(-300, 300) + 0.5f) * scale),
                _ => (random.NextSingle() - 0.5f) * 700 * scale,
            }),
        ];
    }

    static int[] Bits(float[] values) => MemoryMarshal.Cast<float, int>(values).ToArray();
}
