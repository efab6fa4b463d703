using Octet.Kernels;

namespace Octet.Tests.Kernels;

public sealed class RowStatisticsTests
{
    [Fact]
    public void Mean_and_variance_are_right_at_every_length_around_the_vector_width()
    {
        var random = new Random(11);
        for (var length = 1; length <= 257; length++)
        {
            var x = Enumerable.Range(0, length).Select(_ => random.NextSingle() * 10 + 100).ToArray();
            var mean = x.Average(value => (double)value);
            var variance = x.Average(value => (value - mean) * (value - mean));

            var actual = RowStatistics.MeanAndVariance<float>(x);

            actual.Mean.ShouldBe((float)mean, tolerance: 1e-4f, $"length {length}");
            actual.Variance.ShouldBe((float)variance, tolerance: 1e-3f, $"length {length}");
        }
    }

    [Fact]
    public void A_sum_does_not_depend_on_where_the_elements_lie()
    {
        var random = new Random(12);
        var x = Enumerable.Range(0, 4099).Select(_ => random.NextSingle()).ToArray();
        var memory = new float[x.Length + 32];
        var expected = RowStatistics.Sum<float>(x);
        for (var offset = 0; offset < 32; offset++)
        {
            x.CopyTo(memory, offset);
            RowStatistics.Sum<float>(memory.AsSpan(offset, x.Length)).ShouldBe(expected);
        }
    }

    [Fact]
    public void Scale_equals_its_formula_at_every_length_around_the_vector_width()
    {
        for (var length = 0; length <= 257; length++)
        {
            var x = Enumerable.Range(0, length).Select(i => i * 0.5f).ToArray();
            var y = new float[length];
            RowStatistics.Scale<float>(x, y, 2, 1);
            y.ShouldBe([.. x.Select(value => value * 2 + 1)]);
        }
    }
}
