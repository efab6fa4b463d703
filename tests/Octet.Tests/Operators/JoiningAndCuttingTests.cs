using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class JoiningAndCuttingTests
{
    [Fact]
    public void Transpose_permutes_dimensions()
    {
        Output("Transpose", [], Range([2, 3])).ShouldBe([3, 2], 0, 3, 1, 4, 2, 5);
        Output("Transpose", new() { ["perm"] = new long[] { 0, 2, 1 } }, Range([2, 2, 2])).ShouldBe([2, 2, 2], 0, 2, 1, 3, 4, 6, 5, 7);
        Output("Transpose", new() { ["perm"] = new long[] { 1, 0, 2 } }, Range([2, 2, 2])).ShouldBe([2, 2, 2], 0, 1, 4, 5, 2, 3, 6, 7);
    }

    [Fact]
    public void Transpose_refuses_what_is_no_permutation_of_the_axes()
    {
        Should.Throw<AttributeException>(() => Output("Transpose", new() { ["perm"] = new long[] { 0, 0 } }, Range([2, 3])));
        Should.Throw<ShapeException>(() => Output("Transpose", new() { ["perm"] = new long[] { 1, 0 } }, Range([2, 3, 4])));
    }

    [Fact]
    public void Concat_joins_along_any_axis()
    {
        var (x, y) = (Range([2, 2]), Floats([2, 1], 10, 11));

        Output("Concat", new() { ["axis"] = 1L }, x, y).ShouldBe([2, 3], 0, 1, 10, 2, 3, 11);
        Output("Concat", new() { ["axis"] = -1L }, y, x).ShouldBe([2, 3], 10, 0, 1, 11, 2, 3);
        Output("Concat", new() { ["axis"] = 0L }, x, x).ShouldBe([4, 2], 0, 1, 2, 3, 0, 1, 2, 3);
        Output("Concat", 1, [], x, y).ShouldBe([2, 3], 0, 1, 10, 2, 3, 11);
    }

    [Fact]
    public void Concat_joins_strings_and_empty_tensors()
    {
        Output("Concat", new() { ["axis"] = 0L }, Tensor.OfStrings([1], ["a"]), Tensor.OfStrings([2], ["b", "c"])).Strings.ToArray()
            .ShouldBe(["a", "b", "c"]);
        Output("Concat", new() { ["axis"] = 1L }, Range([2, 0]), Range([2, 1])).ShouldBe([2, 1], 0, 1);
    }

    [Fact]
    public void Concat_refuses_shapes_and_types_that_differ()
    {
        Should.Throw<ShapeException>(() => Output("Concat", new() { ["axis"] = 0L }, Range([2, 2]), Range([2, 3])));
        Should.Throw<ShapeException>(() => Output("Concat", new() { ["axis"] = 0L }, Range([2, 2]), Range([2])));
        Should.Throw<OperatorException>(() => Output("Concat", new() { ["axis"] = 0L }, Range([2]), Longs(1, 2)));
    }

    [Fact]
    public void Split_cuts_into_equal_and_given_parts()
    {
        var x = Range([2, 6]);
        var parts = Outputs("Split", 13, new Attributes { OutputCount = 2, ["axis"] = 1L }, x, Longs(2, 4));
        parts[0].ShouldBe([2, 2], 0, 1, 6, 7);
        parts[1].ShouldBe([2, 4], 2, 3, 4, 5, 8, 9, 10, 11);

        Outputs("Split", 2, new Attributes { OutputCount = 2, ["split"] = new long[] { 2, 4 }, ["axis"] = -1L }, x)[1]
            .ShouldBe([2, 4], 2, 3, 4, 5, 8, 9, 10, 11);
        Outputs("Split", 11, new Attributes { OutputCount = 2 }, x)[1].ShouldBe([1, 6], 6, 7, 8, 9, 10, 11);
    }

    [Fact]
    public void Split_into_a_number_of_parts_lets_the_last_be_smaller()
    {
        var parts = Outputs("Split", 18, new Attributes { OutputCount = 4, ["num_outputs"] = 4L }, Range([7]));

        parts.Select(part => part.Length).ShouldBe([2, 2, 2, 1]);
        parts[3].ShouldBe([1], 6);
        Should.Throw<ShapeException>(() => Outputs("Split", 13, new Attributes { OutputCount = 4 }, Range([7])));
        Should.Throw<AttributeException>(() => Outputs("Split", 18, new Attributes { OutputCount = 2, ["num_outputs"] = 3L }, Range([7])));
    }

    [Theory]
    [InlineData(new long[] { 1, 1 })]
    [InlineData(new long[] { -1, 7 })]
    [InlineData(new long[] { 2, 2, 2 })]
    [InlineData(new long[] { long.MaxValue, long.MinValue + 7 })]
    public void Split_refuses_parts_that_do_not_add_up(long[] parts) =>
        Should.Throw<ShapeException>(() => Outputs("Split", 13, new Attributes { OutputCount = 2 }, Range([6]), Longs(parts)));

    [Theory]
    [InlineData(1, 4, 1, new float[] { 1, 2, 3 })]
    [InlineData(-2, long.MaxValue, 1, new float[] { 4, 5 })]
    [InlineData(0, -1, 2, new float[] { 0, 2, 4 })]
    [InlineData(5, 0, -2, new float[] { 5, 3, 1 })]
    [InlineData(-1, long.MinValue, -1, new float[] { 5, 4, 3, 2, 1, 0 })]
    [InlineData(-1, -7, -3, new float[] { 5, 2 })]
    [InlineData(100, -100, -1, new float[] { 5, 4, 3, 2, 1, 0 })]
    [InlineData(1, 6, long.MaxValue, new float[] { 1 })]
    [InlineData(4, 0, long.MinValue, new float[] { 4 })]
    [InlineData(4, 2, 1, new float[] { })]
    [InlineData(2, 4, -1, new float[] { })]
    public void Slice_follows_numpy(long start, long end, long step, float[] expected) =>
        Output("Slice", [], Range([6]), Longs(start), Longs(end), null, Longs(step)).ShouldBe([expected.Length], expected);

    [Fact]
    public void Slice_cuts_several_axes_by_inputs_or_attributes()
    {
        Output("Slice", [], Range([3, 4]), Longs(0, 1), Longs(2, 3), Longs(-2, 1), Longs(1, 1)).ShouldBe([2, 2], 1, 2, 5, 6);
        Output("Slice", [], Range([3, 4]), Longs(3, 2), Longs(-9, 0), Longs(1, 0), Longs(-2, -1)).ShouldBe([2, 2], 11, 9, 7, 5);
        Output("Slice", 1, new() { ["starts"] = new long[] { 1 }, ["ends"] = new long[] { 1000 }, ["axes"] = new long[] { 1 } },
            Range([2, 3])).ShouldBe([2, 2], 1, 2, 4, 5);
    }

    [Fact]
    public void Slice_refuses_what_makes_no_sense()
    {
        Should.Throw<OperatorException>(() => Output("Slice", [], Range([6]), Longs(0), Longs(1), null, Longs(0)));
        Should.Throw<OperatorException>(() => Output("Slice", [], Range([6]), Longs(0), Longs(1, 2)));
        Should.Throw<OperatorException>(() => Output("Slice", [], Range([6]), Longs(0, 0), Longs(1, 2), Longs(0, -1)));
        Should.Throw<ShapeException>(() => Output("Slice", [], Range([6]), Longs(0, 0), Longs(1, 2)));
    }

    [Fact]
    public void Gather_puts_the_shape_of_the_indices_in_place_of_the_axis()
    {
        Output("Gather", [], Range([3, 2]), Longs(2, 0)).ShouldBe([2, 2], 4, 5, 0, 1);
        Output("Gather", new() { ["axis"] = 1L }, Range([2, 3]), Tensor.Of<int>([1, 2], -1, 0)).ShouldBe([2, 1, 2], 2, 0, 5, 3);
        Output("Gather", [], Range([3]), Tensor.Scalar(1L)).ShouldBe([], 1);
        Output("Gather", [], Range([0, 2]), Longs()).ShouldBe([0, 2]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-4)]
    [InlineData(long.MinValue)]
    public void Gather_refuses_indices_out_of_bounds(long index) =>
        Should.Throw<OperatorException>(() => Output("Gather", [], Range([3]), Longs(index))).Message.ShouldContain($"{index}");
}
