using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class ConvTransposeTests
{
    [Fact]
    public void Each_element_adds_its_multiple_of_the_weights()
    {
        var y = Output("ConvTranspose", new() { ["strides"] = new long[] { 2 } }, Floats([1, 1, 2], 1, 10), Floats([1, 1, 3], 1, 2, 3),
            Floats([1], 100));

        y.Values().ShouldBe([101, 102, 113, 120, 130]);
    }

    [Fact]
    public void Output_padding_adds_elements_that_only_the_bias_reaches()
    {
        var attributes = new Attributes { ["strides"] = new long[] { 3 }, ["output_padding"] = new long[] { 2 } };

        Output("ConvTranspose", attributes, Floats([1, 1, 2], 1, 2), Floats([1, 1, 1], 5), Floats([1], 1)).Values()
            .ShouldBe([6, 1, 1, 11, 1, 1]);
    }

    [Theory]
    [InlineData("NOTSET", new[] { 2f, 13, 20, 30 })]
    [InlineData("SAME_UPPER", new[] { 1f, 2, 13, 20 })]
    [InlineData("SAME_LOWER", new[] { 2f, 13, 20, 30 })]
    public void Output_shape_says_how_much_to_cut_off(string autoPad, float[] expected)
    {
        var attributes = new Attributes { ["strides"] = new long[] { 2 }, ["output_shape"] = new long[] { 4 }, ["auto_pad"] = autoPad };

        Output("ConvTranspose", attributes, Floats([1, 1, 2], 1, 10), Floats([1, 1, 3], 1, 2, 3)).Values().ShouldBe(expected);
    }

    [Fact]
    public void Groups_and_channels_keep_apart()
    {
        var y = Output("ConvTranspose", new() { ["group"] = 2L }, Floats([1, 2, 1], 2, 3), Floats([2, 2, 1], 1, 10, 100, 1000));

        y.Shape.ShouldBe(new Shape([1, 4, 1]));
        y.Values().ShouldBe([2, 20, 300, 3000]);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_both_numbers()
    {
        Refusal("ConvTranspose", [], [1, 4, 5, 5], [3, 8, 3, 3]).ShouldContain("take 3 channel(s), but the input has 4");
        Refusal("ConvTranspose", new() { ["group"] = 3L }, [1, 4, 5, 5], [4, 8, 3, 3]).ShouldContain("'group' is 3");
        Refusal("ConvTranspose", new() { ["pads"] = new long[] { 4, 0, 4, 0 } }, [1, 4, 5, 5], [4, 8, 3, 3]).ShouldContain("extent -1");
        Refusal("ConvTranspose", new() { ["strides"] = new long[] { int.MaxValue, 1 } }, [1, 4, 5, 5], [4, 8, 3, 3])
            .ShouldContain("extent 8589934591");
        Refusal("ConvTranspose", new() { ["output_shape"] = new long[] { 4 } }, [1, 4, 5, 5], [4, 8, 3, 3])
            .ShouldContain("'output_shape' is [4]");
    }
}
