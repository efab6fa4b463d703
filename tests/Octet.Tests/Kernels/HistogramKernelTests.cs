using Octet.Kernels;

namespace Octet.Tests.Kernels;

public sealed class HistogramKernelTests
{
    [Theory]
    [InlineData(0.0, -1f, 1f)]
    [InlineData(0.5, -1f, 1f)]
    [InlineData(0.5, 0f, 1f)]
    [InlineData(0.9, -1f, 0f)]
    [InlineData(1.0, 0f, 0f)]
    public void The_fast_version_equals_its_definition(double zeros, float low, float high)
    {
        var random = new Random(7);
        foreach (var length in Enumerable.Range(0, 40).Concat(Enumerable.Range(1020, 40)).Concat(Enumerable.Range(2040, 300))
            .Append(HistogramKernel.MaxLength))
        {
            var values = Enumerable.Range(0, length)
                .Select(_ => random.NextDouble() < zeros ? random.Next(2) * -0f : low + (high - low) * random.NextSingle()).ToArray();
            var (expected, actual) = (new long[256], new long[256]);
            expected[3] = actual[3] = 5_000_000_000;

            var expectedCount = HistogramKernel.Reference(values, 127, expected);
            var count = HistogramKernel.Count(values, MinMax.Of(values), 127, actual);

            actual.ShouldBe(expected, $"length {length}");
            count.ShouldBe(expectedCount);
        }
    }

    [Fact]
    public void Bins_meet_at_zero_and_mirror_each_other()
    {
        var counts = new long[8];
        HistogramKernel.Reference([0.5f, 1, 1.5f, 3.9f, -0.5f, -1, -3.9f, -0f, 0], 1, counts).ShouldBe(7);
        counts.ShouldBe(new long[] { 1, 0, 1, 1, 1, 2, 0, 1 });
    }
}
