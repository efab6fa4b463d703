using Octet.Kernels;

namespace Octet.Tests.Kernels;

public sealed class EvenSamplingTests
{
    static float[] Taken(int length, int atLeast)
    {
        var sampling = new EvenSampling(length, atLeast);
        var taken = new float[sampling.Count];
        sampling.Take([.. Enumerable.Range(0, length).Select(i => (float)i)], taken);
        return taken;
    }

    [Theory]
    [InlineData(100_000, 32_768)]
    [InlineData(1_204_224, 32_768)]
    [InlineData(65_537, 1000)]
    [InlineData(40, 16)]
    public void Takes_as_many_as_asked_for_each_once_and_in_order(int length, int atLeast)
    {
        var taken = Taken(length, atLeast);

        taken.Length.ShouldBeInRange(atLeast - 16, 2 * atLeast);
        taken.Zip(taken.Skip(1)).ShouldAllBe(pair => pair.First < pair.Second);
        taken.ShouldAllBe(value => value >= 0 && value < length);
    }

    /// <summary>Strides that are multiples of the channels would see the same channels again and again.</summary>
    [Theory]
    [InlineData(32)]
    [InlineData(96)]
    [InlineData(144)]
    [InlineData(1024)]
    public void Sees_all_channels_of_an_image_about_equally_often(int channels)
    {
        var taken = Taken(12_544 * channels, 32_768);
        var counts = taken.CountBy(value => (int)value % channels / 16).Select(entry => entry.Value).ToArray();

        counts.Length.ShouldBe(channels / 16);
        counts.ShouldAllBe(count => Math.Abs(count - taken.Length * 16.0 / channels) < 0.3 * taken.Length * 16 / channels);
    }

    [Fact]
    public void Fewer_values_than_a_cache_line_give_none() => Taken(10, 10).ShouldBeEmpty();
}
