using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Tests.Kernels;

public sealed class MinMaxTests
{
    [Fact]
    public void The_fast_version_equals_its_definition_at_every_length_around_the_vector_width()
    {
        var random = new Random(1);
        for (var length = 0; length <= 257; length++)
        {
            var values = Enumerable.Range(0, length).Select(_ => (random.NextSingle() - 0.5f) * 100).ToArray();
            MinMax.Of(values).ShouldBe(MinMax.Reference(values), $"length {length}");
        }
    }

    [Theory]
    [InlineData(float.NaN, float.NaN, float.NaN)]
    [InlineData(float.PositiveInfinity, -1f, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity, 1f)]
    public void A_value_that_is_not_finite_is_noticed_wherever_it_is(float value, float low, float high)
    {
        for (var at = 0; at < 100; at++)
        {
            var values = Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? 1f : -1f).Append(1).Append(-1).ToArray();
            values[at] = value;
            MinMax.Of(values).ShouldBe(new ValueRange(low, high), $"at {at}");
        }
    }

    [Fact]
    public void Infinities_of_both_signs_are_both_kept()
    {
        var values = new float[64];
        (values[3], values[40]) = (float.PositiveInfinity, float.NegativeInfinity);
        MinMax.Of(values).ShouldBe(new ValueRange(float.NegativeInfinity, float.PositiveInfinity));
    }

    [Fact]
    public void Zeros_are_positive_in_any_order()
    {
        foreach (var values in new[] { new[] { 0f, -0f }, [-0f, 0f], [-0f], Enumerable.Repeat(-0f, 100).ToArray() })
        {
            var range = MinMax.Of(values);
            (float.IsNegative(range.Low) || float.IsNegative(range.High)).ShouldBeFalse();
        }
    }

    [Fact]
    public void No_values_have_no_range() => MinMax.Of([]).ShouldBe(ValueRange.Nothing);

    [Theory]
    [InlineData(2, 3, 1)]
    [InlineData(3, 5, 7)]
    [InlineData(1, 40, 1)]
    [InlineData(4, 1, 33)]
    public void Channels_have_their_own_ranges(int outer, int channels, int inner)
    {
        var layout = new ChannelLayout(outer, channels, inner);
        var random = new Random(2);
        var values = Enumerable.Range(0, layout.Length).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var ranges = new ValueRange[channels];
        Array.Fill(ranges, ValueRange.Nothing);

        MinMax.OfChannels(values, layout, ranges);

        for (var channel = 0; channel < channels; channel++)
        {
            var own = Enumerable.Range(0, layout.Length).Where(i => i / inner % channels == channel).Select(i => values[i]).ToArray();
            ranges[channel].ShouldBe(new ValueRange(own.Min(), own.Max()));
        }
    }
}
