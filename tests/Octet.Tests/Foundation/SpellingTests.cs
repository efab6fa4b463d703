namespace Octet.Tests.Foundation;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("Cnov", "Conv")]
    [InlineData("conv", "Conv")]
    [InlineData("Conve", "Conv")]
    [InlineData("Gem", "Gemm")]
    [InlineData("tpu-mlri", "tpu-mlir")]
    [InlineData("Softmax", null)]
    [InlineData("", null)]
    public void The_nearest_word_is_found_if_it_is_near(string word, string? meant) =>
    Spelling.FindClosest(word, ["Conv", "Gemm", "tpu-mlir"]).ShouldBe(meant);

    [Fact]
    public void Of_words_that_are_equally_near_the_first_is_taken() =>
        Spelling.FindClosest("int9", ["int8", "int4", "int16"]).ShouldBe("int4");
}
