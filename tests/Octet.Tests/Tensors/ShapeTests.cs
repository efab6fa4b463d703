using Octet.Tensors;

namespace Octet.Tests.Tensors;

public sealed class ShapeTests
{
    [Theory]
    [InlineData(new int[0], 1)]
    [InlineData(new[] { 7 }, 7)]
    [InlineData(new[] { 2, 3, 4 }, 24)]
    [InlineData(new[] { 2, 0, int.MaxValue, int.MaxValue }, 0)]
    [InlineData(new[] { int.MaxValue }, int.MaxValue)]
    public void The_length_is_the_product_of_the_extents(int[] extents, int length)
    {
        var shape = new Shape(extents);

        shape.Length.ShouldBe(length);
        shape.Rank.ShouldBe(extents.Length);
        shape.Dimensions.ToArray().ShouldBe(extents);
        shape.IsKnown.ShouldBeTrue();
    }

    [Fact]
    public void Extents_that_no_tensor_can_have_are_refused_with_their_axis()
    {
        Should.Throw<ShapeException>(() => new Shape([2, -1])).Message.ShouldContain("dimension 1 has extent -1");
        Should.Throw<ShapeException>(() => Shape.From([1, 1L << 31])).Message.ShouldContain("dimension 1 has extent 2147483648");
        Should.Throw<ShapeException>(() => new Shape([65536, 32768])).Message.ShouldContain("[65536, 32768]");
        Shape.From([3, 4]).ShouldBe([3, 4]);
    }

    [Fact]
    public void An_unknown_shape_equals_only_itself_and_has_no_extents()
    {
        Shape.Unknown.IsKnown.ShouldBeFalse();
        Shape.Unknown.ToString().ShouldBe("[?]");
        (Shape.Unknown == default).ShouldBeTrue();
        (Shape.Unknown == Shape.Scalar).ShouldBeFalse();
        (Shape.Unknown != new Shape([0])).ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => Shape.Unknown.Rank);
    }

    [Fact]
    public void Equality_goes_by_rank_and_extents()
    {
        (new Shape([2, 3]) == new Shape([2, 3])).ShouldBeTrue();
        (new Shape([2, 3]) == new Shape([3, 2])).ShouldBeFalse();
        (new Shape([6]) == new Shape([6, 1])).ShouldBeFalse();
        new Shape([2, 3]).GetHashCode().ShouldBe(new Shape([2, 3]).GetHashCode());
        new Shape([2, 3]).Equals((object)new Shape([2, 3])).ShouldBeTrue();
    }

    [Fact]
    public void Axes_count_from_either_end()
    {
        Shape shape = [2, 3, 4];

        (shape[0], shape[^1], shape[1..].Length).ShouldBe((2, 4, 2));
        (shape.NormalizeAxis(0), shape.NormalizeAxis(2), shape.NormalizeAxis(-1), shape.NormalizeAxis(-3)).ShouldBe((0, 2, 2, 0));
        Should.Throw<ShapeException>(() => shape.NormalizeAxis(3)).Message.ShouldContain("axis 3 is out of bounds for 3 dimension(s)");
        Should.Throw<ShapeException>(() => Shape.NormalizeAxis(-4, 3));
    }

    [Fact]
    public void Strides_are_those_of_row_major_order()
    {
        new Shape([2, 3, 4]).GetStrides().ShouldBe([12, 4, 1]);
        Shape.Scalar.GetStrides().ShouldBeEmpty();
        new Shape([2, 3, 4]).LengthOf(1, 3).ShouldBe(12);
        new Shape([2, 3, 4]).LengthOf(1, 1).ShouldBe(1);
    }

    [Fact]
    public void With_changes_one_extent_of_a_copy()
    {
        Shape shape = [2, 3];

        shape.With(1, 5).ShouldBe([2, 5]);
        shape.ShouldBe([2, 3]);
        Should.Throw<ShapeException>(() => shape.With(0, -1));
    }

    /// <remarks>Source: ONNX, docs/Broadcasting.md (multidirectional broadcasting).</remarks>
    [Theory]
    [InlineData(new[] { 2, 3, 4, 5 }, new int[0], new[] { 2, 3, 4, 5 })]
    [InlineData(new[] { 2, 3, 4, 5 }, new[] { 5 }, new[] { 2, 3, 4, 5 })]
    [InlineData(new[] { 4, 5 }, new[] { 2, 3, 4, 5 }, new[] { 2, 3, 4, 5 })]
    [InlineData(new[] { 1, 4, 5 }, new[] { 2, 3, 1, 1 }, new[] { 2, 3, 4, 5 })]
    [InlineData(new[] { 0, 3 }, new[] { 1, 3 }, new[] { 0, 3 })]
    public void Broadcasting_goes_as_in_numpy(int[] a, int[] b, int[] expected)
    {
        Shape.Broadcast(new(a), new(b)).ShouldBe(new Shape(expected));
        Shape.Broadcast(new(b), new(a)).ShouldBe(new Shape(expected));
    }

    [Fact]
    public void Shapes_that_do_not_broadcast_are_named()
    {
        var message = Should.Throw<ShapeException>(() => Shape.Broadcast([2, 3], [2, 4])).Message;

        message.ShouldContain("[2, 3]");
        message.ShouldContain("[2, 4]");
    }
}
