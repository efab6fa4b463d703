using Octet.Cli;

namespace Octet.Tests.Cli;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.0 kB")]
    [InlineData(99_949, "99.9 kB")]
    [InlineData(999_499, "999 kB")]
    [InlineData(999_500, "1.0 MB")]
    [InlineData(14_209_400, "14.2 MB")]
    [InlineData(3_000_000_000_000_000, "3000 TB")]
    public void Sizes_have_three_digits_at_most_that_matter(long bytes, string text) => Figures.Bytes(bytes).ShouldBe(text);

    [Fact]
    public void Numbers_read_the_same_everywhere()
    {
        Figures.Count(3_504_872).ShouldBe("3,504,872");
        Figures.Percent(86.75).ShouldBe("86.75 %");
        Figures.Decibels(12.94).ShouldBe("12.9 dB");
        Figures.Decibels(double.PositiveInfinity).ShouldBe("exact");
        Figures.Seconds(4.24).ShouldBe("4.2 s");
    }
}
