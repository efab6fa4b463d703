using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class ConvTests
{
    static readonly float[] Ones9 = [1, 1, 1, 1, 1, 1, 1, 1, 1];

    [Fact]
    public void A_window_of_ones_sums_up_what_it_sees()
    {
        var y = Output("Conv", new() { ["pads"] = new long[] { 1, 1, 1, 1 } }, Range([1, 1, 3, 3]), Floats([1, 1, 3, 3], Ones9));

        y.Values().ShouldBe([8, 15, 12, 21, 36, 27, 20, 33, 24]);
    }

    [Theory]
    [InlineData("SAME_UPPER", new[] { 45f, 39, 66, 50 })]
    [InlineData("SAME_LOWER", new[] { 10f, 24, 51, 90 })]
    [InlineData("VALID", new[] { 45f })]
    public void Auto_pad_puts_the_odd_padding_where_it_says(string autoPad, float[] expected)
    {
        var attributes = new Attributes { ["auto_pad"] = autoPad, ["strides"] = new long[] { 2, 2 } };

        Output("Conv", attributes, Range([1, 1, 4, 4]), Floats([1, 1, 3, 3], Ones9)).Values().ShouldBe(expected);
    }

    [Fact]
    public void Pads_may_differ_on_all_sides()
    {
        var attributes = new Attributes { ["pads"] = new long[] { 0, 2, 1, 0 } };

        var y = Output("Conv", attributes, Floats([1, 1, 1, 2], 3, 5), Floats([1, 1, 2, 2], 1, 10, 100, 1000));

        y.Shape.ShouldBe(new Shape([1, 1, 1, 3]));
        y.Values().ShouldBe([0, 30, 53]);
    }

    [Fact]
    public void Groups_see_their_own_channels_and_bias_is_added()
    {
        var y = Output("Conv", new() { ["group"] = 2L }, Floats([1, 2, 2], 1, 2, 3, 4), Floats([4, 1, 1], 1, 10, 1, 10),
            Floats([4], 0, 0, 0, 0.5f));

        y.Values().ShouldBe([1, 2, 10, 20, 3, 4, 30.5f, 40.5f]);
    }

    [Fact]
    public void Three_dimensions_and_doubles_work()
    {
        var x = Tensor.Of<double>([1, 1, 2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8);
        var y = Output("Conv", [], x, Tensor.Of<double>([1, 1, 2, 2, 2], 1, 1, 1, 1, 1, 1, 1, 1));

        y.AsSpan<double>().ToArray().ShouldBe([36]);
    }

    [Fact]
    public void An_empty_batch_gives_an_empty_batch() =>
        Output("Conv", [], new Tensor(DataType.Float32, [0, 1, 3, 3]), Floats([1, 1, 3, 3], Ones9)).Shape.ShouldBe(new Shape([0, 1, 1, 1]));

    [Fact]
    public void What_does_not_fit_is_refused_with_both_numbers()
    {
        Refusal("Conv", [], [1, 4, 5, 5], [8, 3, 3, 3]).ShouldContain("take 3 channel(s), but the input has 4");
        Refusal("Conv", [], [1, 3, 2, 5], [8, 3, 3, 3])
            .ShouldContain("spans 3 element(s) of spatial dimension 0, but the input with its padding has 2");
        Refusal("Conv", new() { ["group"] = 2L }, [1, 4, 5, 5], [3, 2, 3, 3])
            .ShouldContain("'group' is 2; allowed: a divisor of the 3 output channels");
        Refusal("Conv", new() { ["group"] = 0L }, [1, 4, 5, 5], [3, 2, 3, 3]).ShouldContain("'group' is 0");
        Refusal("Conv", new() { ["strides"] = new long[] { 0, 1 } }, [1, 3, 5, 5], [8, 3, 3, 3]).ShouldContain("'strides' is [0, 1]");
        Refusal("Conv", new() { ["strides"] = new long[] { 1 } }, [1, 3, 5, 5], [8, 3, 3, 3])
            .ShouldContain("'strides' is [1]; allowed: 2 entries");
        Refusal("Conv", new() { ["pads"] = new long[] { 1, 1, 1 } }, [1, 3, 5, 5], [8, 3, 3, 3])
            .ShouldContain("'pads' is [1, 1, 1]; allowed: 4 entries");
        Refusal("Conv", new() { ["pads"] = new long[] { -1, 1, 1, 1 } }, [1, 3, 5, 5], [8, 3, 3, 3])
            .ShouldContain("'pads' is [-1, 1, 1, 1]");
        Refusal("Conv", new() { ["auto_pad"] = "SAME" }, [1, 3, 5, 5], [8, 3, 3, 3]).ShouldContain("SAME_UPPER");
        Refusal("Conv", new() { ["kernel_shape"] = new long[] { 5, 5 } }, [1, 3, 5, 5], [8, 3, 3, 3])
            .ShouldContain("'kernel_shape' is [5, 5]");
        Refusal("Conv", [], [1, 3, 5, 5], [8, 3, 3, 3], [7]).ShouldContain("bias of shape [7] does not fit 8 output channel(s)");
        Refusal("Conv", [], [1, 3], [8, 3]).ShouldContain("[1, 3]");
    }

    [Fact]
    public void Sizes_that_would_overflow_are_refused()
    {
        long max = int.MaxValue;
        Refusal("Conv", new() { ["dilations"] = new[] { max, max } }, [1, 3, 5, 5], [8, 3, 3, 3]).ShouldContain("4294967295");
        Refusal("Conv", new() { ["pads"] = new[] { max, max, max, max } }, [1, 3, 5, 5], [8, 3, 3, 3]).ShouldContain("pads");
        Refusal("Conv", new() { ["strides"] = new[] { 1L << 40, 1 } }, [1, 3, 5, 5], [8, 3, 3, 3]).ShouldContain("'strides'");
        Refusal("Conv", new() { ["pads"] = new[] { 1L << 20, 1 << 20, 0, 0 } }, [1, 3, 5, 5], [8, 3, 3, 3]).ShouldContain("elements");
    }
}
