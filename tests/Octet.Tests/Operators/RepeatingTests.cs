using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class RepeatingTests
{
    [Fact]
    public void Expand_broadcasts_both_ways()
    {
        Output("Expand", [], Floats([2, 1], 1, 2), Longs(2, 3)).ShouldBe([2, 3], 1, 1, 1, 2, 2, 2);
        Output("Expand", [], Floats([2, 1], 1, 2), Longs(2, 1, 2)).ShouldBe([2, 2, 2], 1, 1, 2, 2, 1, 1, 2, 2);
        Output("Expand", [], Floats([3], 1, 2, 3), Longs(1)).ShouldBe([3], 1, 2, 3);
        Output("Expand", [], Floats([1], 1), Longs(0)).ShouldBe([0]);
    }

    [Theory]
    [InlineData(new long[] { 4 })]
    [InlineData(new long[] { -1 })]
    [InlineData(new long[] { 1 << 30, 1 << 30, 3 })]
    public void Expand_refuses_extents_that_do_not_fit(long[] wanted) =>
        Should.Throw<ShapeException>(() => Output("Expand", [], Range([3]), Longs(wanted)));

    [Fact]
    public void Tile_repeats_the_whole()
    {
        Output("Tile", [], Range([2, 2]), Longs(1, 2)).ShouldBe([2, 4], 0, 1, 0, 1, 2, 3, 2, 3);
        Output("Tile", [], Range([2, 2]), Longs(2, 1)).ShouldBe([4, 2], 0, 1, 2, 3, 0, 1, 2, 3);
        Output("Tile", [], Range([2, 2]), Longs(0, 1)).ShouldBe([0, 2]);
        Should.Throw<ShapeException>(() => Output("Tile", [], Range([2, 2]), Longs(1)));
        Should.Throw<ShapeException>(() => Output("Tile", [], Range([2, 2]), Longs(-1, 1)));
        Should.Throw<ShapeException>(() => Output("Tile", [], Range([2, 2]), Longs(long.MaxValue, 1)));
        Should.Throw<ShapeException>(() => Output("Tile", [], Range([2, 2]), Longs(int.MaxValue, int.MaxValue)));
    }

    [Fact]
    public void Depth_and_space_are_exchanged_block_by_block()
    {
        var x = Range([1, 8, 1, 2]);

        Output("DepthToSpace", new() { ["blocksize"] = 2L }, x)
            .ShouldBe([1, 2, 2, 4], 0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15);
        Output("DepthToSpace", new() { ["blocksize"] = 2L, ["mode"] = "CRD" }, x)
            .ShouldBe([1, 2, 2, 4], 0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15);
        Output("SpaceToDepth", new() { ["blocksize"] = 2L }, Output("DepthToSpace", new() { ["blocksize"] = 2L }, x))
            .ShouldBe([1, 8, 1, 2], x.Values());
    }

    [Fact]
    public void Blocks_that_do_not_fit_are_refused()
    {
        Should.Throw<ShapeException>(() => Output("DepthToSpace", new() { ["blocksize"] = 3L }, Range([1, 8, 1, 2])));
        Should.Throw<ShapeException>(() => Output("SpaceToDepth", new() { ["blocksize"] = 2L }, Range([1, 8, 1, 2])));
        Should.Throw<ShapeException>(() => Output("SpaceToDepth", new() { ["blocksize"] = 2L }, Range([8, 2])));
        Should.Throw<AttributeException>(() => Output("DepthToSpace", new() { ["blocksize"] = 0L }, Range([1, 8, 1, 2])));
        Should.Throw<AttributeException>(() => Output("DepthToSpace", new() { ["blocksize"] = 1L << 32 }, Range([1, 8, 1, 2])));
    }

    [Fact]
    public void ReverseSequence_turns_the_start_of_each_sequence()
    {
        var x = Range([4, 2]);

        Output("ReverseSequence", [], x, Longs(3, 1)).ShouldBe([4, 2], 4, 1, 2, 3, 0, 5, 6, 7);
        Output("ReverseSequence", new() { ["time_axis"] = 1L, ["batch_axis"] = 0L }, Range([2, 3]), Longs(0, 2))
            .ShouldBe([2, 3], 0, 1, 2, 4, 3, 5);
        Should.Throw<OperatorException>(() => Output("ReverseSequence", [], x, Longs(5, 1)));
        Should.Throw<ShapeException>(() => Output("ReverseSequence", [], x, Longs(1)));
        Should.Throw<AttributeException>(() => Output("ReverseSequence", new() { ["time_axis"] = 2L }, x, Longs(1, 1)));
    }

    [Theory]
    [InlineData(true, 0, new float[] { 0, 1, 2, 0, 4, 5 })]
    [InlineData(true, 1, new float[] { 0, 1, 2, 0, 0, 5 })]
    [InlineData(true, -9, new float[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(false, 0, new float[] { 0, 0, 0, 3, 4, 0 })]
    [InlineData(false, -1, new float[] { 0, 0, 0, 3, 0, 0 })]
    [InlineData(false, long.MaxValue, new float[] { 0, 1, 2, 3, 4, 5 })]
    public void Trilu_keeps_a_triangle(bool upper, long diagonal, float[] expected) =>
        Output("Trilu", new() { ["upper"] = upper ? 1L : 0 }, Range([2, 3]), Tensor.Scalar(diagonal)).ShouldBe([2, 3], expected);

    [Fact]
    public void CenterCropPad_keeps_the_middle()
    {
        Output("CenterCropPad", [], Range([5]), Longs(2)).ShouldBe([2], 1, 2);
        Output("CenterCropPad", [], Range([2]), Longs(5)).ShouldBe([5], 0, 0, 1, 0, 0);
        Output("CenterCropPad", new() { ["axes"] = new long[] { -1 } }, Range([2, 3]), Longs(1)).ShouldBe([2, 1], 1, 4);
        Should.Throw<ShapeException>(() => Output("CenterCropPad", [], Range([2, 3]), Longs(1)));
        Should.Throw<ShapeException>(() => Output("CenterCropPad", [], Range([2]), Longs(-1)));
    }
}
