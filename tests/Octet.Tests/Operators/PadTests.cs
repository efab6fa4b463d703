using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class PadTests
{
    [Theory]
    [InlineData("constant", new float[] { 9, 9, 0, 1, 2, 9, 9, 9 })]
    [InlineData("edge", new float[] { 0, 0, 0, 1, 2, 2, 2, 2 })]
    [InlineData("reflect", new float[] { 2, 1, 0, 1, 2, 1, 0, 1 })]
    [InlineData("wrap", new float[] { 1, 2, 0, 1, 2, 0, 1, 2 })]
    public void Each_mode_fills_the_new_places_in_its_way(string mode, float[] expected) =>
        Output("Pad", new() { ["mode"] = mode }, Range([3]), Longs(2, 3), mode == "constant" ? Tensor.Scalar(9f) : null)
        .ShouldBe([8], expected);

    [Fact]
    public void All_axes_are_padded_before_and_after()
    {
        Output("Pad", [], Range([1, 2]), Longs(1, 0, 0, 1)).ShouldBe([2, 3], 0, 0, 0, 0, 1, 0);
        Output("Pad", new() { ["mode"] = "edge" }, Range([2, 2]), Longs(1, 0, 0, 1)).ShouldBe([3, 3], 0, 1, 1, 0, 1, 1, 2, 3, 3);
        Output("Pad", [], Range([2, 2]), Longs(1, 0), null, Longs(-1)).ShouldBe([2, 3], 0, 0, 1, 0, 2, 3);
    }

    [Fact]
    public void Before_opset_11_pads_are_attributes()
    {
        Output("Pad", 2, new() { ["pads"] = new long[] { 1, 0 }, ["value"] = 5f }, Range([2])).ShouldBe([3], 5, 0, 1);
        Output("Pad", 1, new() { ["paddings"] = new long[] { 0, 1 } }, Range([2])).ShouldBe([3], 0, 1, 0);
    }

    [Theory]
    [InlineData("constant", -1, 2, new float[] { 1, 2, 9, 9 })]
    [InlineData("constant", -3, 2, new float[] { 9, 9 })]
    [InlineData("constant", -5, 4, new float[] { 9, 9 })]
    [InlineData("constant", 2, -4, new float[] { 9 })]
    [InlineData("edge", -1, 1, new float[] { 1, 2, 2 })]
    [InlineData("wrap", -1, 1, new float[] { 1, 2, 0 })]
    public void Negative_pads_take_elements_away(string mode, long before, long after, float[] expected) =>
        Output("Pad", new() { ["mode"] = mode }, Range([3]), Longs(before, after), Tensor.Scalar(9f)).ShouldBe([expected.Length], expected);

    [Fact]
    public void Strings_and_integers_are_padded_too()
    {
        Output("Pad", [], Tensor.OfStrings([1], ["a"]), Longs(1, 0), Tensor.OfStrings(Shape.Scalar, ["x"])).Strings.ToArray()
            .ShouldBe(["x", "a"]);
        Output("Pad", [], Longs(1), Longs(1, 0), Tensor.Scalar(-1L)).Longs.ToArray().ShouldBe([-1, 1]);
    }

    [Fact]
    public void Impossible_pads_are_refused()
    {
        Should.Throw<ShapeException>(() => Output("Pad", [], Range([3]), Longs(-2, -2)));
        Should.Throw<ShapeException>(() => Output("Pad", [], Range([3]), Longs(long.MaxValue, long.MaxValue)));
        Should.Throw<ShapeException>(() => Output("Pad", [], Range([3]), Longs(int.MaxValue, int.MaxValue)));
        Should.Throw<ShapeException>(() => Output("Pad", new() { ["mode"] = "reflect" }, Range([0]), Longs(1, 1)));
        Should.Throw<OperatorException>(() => Output("Pad", [], Range([3]), Longs(1)));
        Should.Throw<OperatorException>(() => Output("Pad", [], Range([3]), Longs(1, 1), Tensor.Scalar(1.0)));
        Should.Throw<AttributeException>(() => Output("Pad", new() { ["mode"] = "mirror" }, Range([3]), Longs(1, 1)));
    }

    [Fact]
    public void A_dimension_that_shrinks_to_one_keeps_its_neighbours_apart()
    {
        // The middle axis takes its second element; the outer and inner ones stay as they are.
        Output("Pad", new() { ["mode"] = "edge" }, Range([2, 3, 2]), Longs(0, -1, 0, 0, -1, 0)).ShouldBe([2, 1, 2], 2, 3, 8, 9);
        Output("Pad", new() { ["mode"] = "edge" }, Range([2, 3]), Longs(0, -1, 0, -1)).ShouldBe([2, 1], 1, 4);
    }
}
