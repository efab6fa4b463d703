using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class ReshapingTests
{
    [Theory]
    [InlineData(new long[] { 4, 6 }, new[] { 4, 6 })]
    [InlineData(new long[] { -1, 2 }, new[] { 12, 2 })]
    [InlineData(new long[] { 0, -1 }, new[] { 2, 12 })]
    [InlineData(new long[] { 0, 0, 4 }, new[] { 2, 3, 4 })]
    [InlineData(new long[] { 1, -1, 1 }, new[] { 1, 24, 1 })]
    public void Reshape_keeps_copies_and_completes_extents(long[] wanted, int[] expected)
    {
        var x = Range([2, 3, 4]);

        Output("Reshape", [], x, Longs(wanted)).ShouldBe(new Shape(expected), x.Floats.ToArray());
        Output("Reshape", 1, new() { ["shape"] = wanted }, x).ShouldBe(new Shape(expected), x.Floats.ToArray());
    }

    [Fact]
    public void Reshape_takes_zero_as_an_extent_when_allowed() =>
        Output("Reshape", new() { ["allowzero"] = 1L }, Range([0, 3, 4]), Longs(3, 4, 0)).ShouldBe([3, 4, 0]);

    [Theory]
    [InlineData(new long[] { 5, 5 })]
    [InlineData(new long[] { -1, -1 })]
    [InlineData(new long[] { -2, 12 })]
    [InlineData(new long[] { 7, -1 })]
    [InlineData(new long[] { 2, 3, 4, 0 })]
    [InlineData(new long[] { 1L << 40, 1L << 40, -1 })]
    [InlineData(new long[] { 1L << 31, 1L << 31, 1L << 31 })]
    public void Reshape_refuses_what_does_not_hold_the_elements(long[] wanted) =>
        Should.Throw<ShapeException>(() => Output("Reshape", [], Range([2, 3, 4]), Longs(wanted))).Message.ShouldContain("[2, 3, 4]");

    [Fact]
    public void Reshape_moves_strings_too()
    {
        var x = Tensor.OfStrings([2, 2], ["a", "b", "c", "d"]);

        Output("Reshape", [], x, Longs(4)).Strings.ToArray().ShouldBe(["a", "b", "c", "d"]);
    }

    [Theory]
    [InlineData(0, new[] { 1, 24 })]
    [InlineData(1, new[] { 2, 12 })]
    [InlineData(-1, new[] { 6, 4 })]
    [InlineData(3, new[] { 24, 1 })]
    public void Flatten_makes_a_matrix(long axis, int[] expected) =>
        Output("Flatten", new() { ["axis"] = axis }, Range([2, 3, 4])).Shape.ShouldBe(new Shape(expected));

    [Fact]
    public void Flatten_of_a_scalar_is_one_by_one() => Output("Flatten", new() { ["axis"] = 0L }, Tensor.Scalar(7f)).ShouldBe([1, 1], 7);

    [Theory]
    [InlineData(null, new[] { 3, 2 })]
    [InlineData(new long[] { 0 }, new[] { 3, 1, 2 })]
    [InlineData(new long[] { -2 }, new[] { 1, 3, 2 })]
    [InlineData(new long[] { 2, 0 }, new[] { 3, 2 })]
    public void Squeeze_drops_extents_of_one_named_by_attribute_or_input(long[]? axes, int[] expected)
    {
        var x = Range([1, 3, 1, 2]);

        Output("Squeeze", 13, [], x, axes is null ? null : Longs(axes)).Shape.ShouldBe(new Shape(expected));
        Output("Squeeze", 11, axes is null ? [] : new() { ["axes"] = axes }, x).Shape.ShouldBe(new Shape(expected));
    }

    [Fact]
    public void Squeeze_refuses_other_extents() =>
        Should.Throw<ShapeException>(() => Output("Squeeze", [], Range([1, 3]), Longs(1))).Message.ShouldContain("extent 3");

    [Theory]
    [InlineData(new long[] { 0 }, new[] { 1, 2, 3 })]
    [InlineData(new long[] { -1 }, new[] { 2, 3, 1 })]
    [InlineData(new long[] { 3, 0, 2 }, new[] { 1, 2, 1, 1, 3 })]
    public void Unsqueeze_adds_extents_named_by_attribute_or_input(long[] axes, int[] expected)
    {
        Output("Unsqueeze", 13, [], Range([2, 3]), Longs(axes)).Shape.ShouldBe(new Shape(expected));
        Output("Unsqueeze", 11, new() { ["axes"] = axes }, Range([2, 3])).Shape.ShouldBe(new Shape(expected));
    }

    [Theory]
    [InlineData(new long[] { 0, 0 })]
    [InlineData(new long[] { 1, -3 })]
    [InlineData(new long[] { 9 })]
    public void Unsqueeze_refuses_wrong_axes(long[] axes) =>
        Should.Throw<ShapeException>(() => Output("Unsqueeze", [], Range([2, 3]), Longs(axes)));

    [Theory]
    [InlineData(null, null, new long[] { 2, 3, 4 })]
    [InlineData(1L, null, new long[] { 3, 4 })]
    [InlineData(-1L, null, new long[] { 4 })]
    [InlineData(null, -1L, new long[] { 2, 3 })]
    [InlineData(-9L, 9L, new long[] { 2, 3, 4 })]
    [InlineData(2L, 1L, new long[] { })]
    public void Shape_gives_extents_that_are_known_without_values(long? start, long? end, long[] expected)
    {
        var attributes = new Attributes();
        if (start is not null) attributes.Add("start", start);
        if (end is not null) attributes.Add("end", end);

        Output("Shape", attributes, Range([2, 3, 4])).Longs.ToArray().ShouldBe(expected);
        ShapeOf.From(attributes).Infer([new(DataType.Float32, [2, 3, 4])])[0].Value.ShouldNotBeNull().Longs.ToArray().ShouldBe(expected);
    }

    [Fact]
    public void Size_counts_elements() => Output("Size", [], Range([2, 3, 4])).Longs.ToArray().ShouldBe([24]);
}
