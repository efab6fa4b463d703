using Octet.Kernels;
using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class SamplingTests
{
    /// <summary>The pixels of a row 0, 1, 2, 3 at x = −1, −0.25, 0.5 and 1.5, in the middle of the image.</summary>
    [Theory]
    [InlineData("linear", "zeros", false, new[] { 0, 1, 2.5f, 0 })]
    [InlineData("linear", "border", false, new[] { 0, 1, 2.5f, 3 })]
    [InlineData("linear", "reflection", false, new[] { 0, 1, 2.5f, 2.5f })]
    [InlineData("linear", "zeros", true, new[] { 0, 1.125f, 2.25f, 0.75f })]
    [InlineData("linear", "reflection", true, new[] { 0, 1.125f, 2.25f, 2.25f })]
    [InlineData("nearest", "zeros", false, new[] { 0f, 1, 2, 0 })]
    [InlineData("nearest", "border", true, new[] { 0f, 1, 2, 3 })]
    public void GridSample_finds_values_between_pixels(string mode, string padding, bool alignCorners, float[] expected)
    {
        var grid = Floats([1, 1, 4, 2], -1, 0, -0.25f, 0, 0.5f, 0, 1.5f, 0);

        Output("GridSample", new() { ["mode"] = mode, ["padding_mode"] = padding, ["align_corners"] = alignCorners ? 1L : 0 },
            Range([1, 1, 1, 4]), grid)
            .ShouldBe([1, 1, 1, 4], expected);
    }

    [Fact]
    public void GridSample_with_the_identity_gives_the_image_in_every_mode()
    {
        var image = Range([2, 3, 4, 5]);
        foreach (var alignCorners in new[] { 0L, 1L })
        {
            var identity =
                Output("AffineGrid", new() { ["align_corners"] = alignCorners }, Floats([2, 2, 3], 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0),
                    Longs(2, 3, 4, 5));
            identity.Shape.ShouldBe([2, 4, 5, 2]);
            foreach (var mode in new[] { "linear", "nearest", "cubic" })
            {
                Output("GridSample", new() { ["mode"] = mode, ["padding_mode"] = "border", ["align_corners"] = alignCorners }, image,
                    identity)
                    .Values().ShouldBe(image.Values(), tolerance: 1e-3, customMessage: mode);
            }
        }
    }

    [Fact]
    public void GridSample_takes_volumes_and_points_that_are_none()
    {
        Output("GridSample", [], Range([1, 1, 2, 2, 2]), Floats([1, 1, 1, 1, 3], 0, 0, 0)).ShouldBe([1, 1, 1, 1, 1], 3.5f);
        Output("GridSample", [], Range([1, 1, 2, 2]), Floats([1, 1, 2, 2], float.NaN, 0, float.PositiveInfinity, 0))
            .ShouldBe([1, 1, 1, 2], 0, 0);
        Output("GridSample", new() { ["padding_mode"] = "reflection", ["align_corners"] = 1L }, Range([1, 1, 1, 1]),
            Floats([1, 1, 1, 2], 1e30f, -7)).ShouldBe([1, 1, 1, 1], 0);
        Should.Throw<ShapeException>(() => Output("GridSample", [], Range([1, 1, 2, 2]), Floats([1, 1, 1, 3], 0, 0, 0)));
        Should.Throw<AttributeException>(
            () => Output("GridSample", new() { ["mode"] = "best" }, Range([1, 1, 2, 2]), Floats([1, 1, 1, 2], 0, 0)));
    }

    [Fact]
    public void AffineGrid_moves_points()
    {
        Output("AffineGrid", [], Floats([1, 2, 3], 1, 0, 0.5f, 0, 2, 0), Longs(1, 1, 2, 2))
            .ShouldBe([1, 2, 2, 2], 0, -1, 1, -1, 0, 1, 1, 1);
        Output("AffineGrid", new() { ["align_corners"] = 1L }, Floats([1, 2, 3], 1, 0, 0, 0, 1, 0), Longs(1, 1, 1, 2))
            .ShouldBe([1, 1, 2, 2], -1, 0, 1, 0);
        Should.Throw<ShapeException>(() => Output("AffineGrid", [], Floats([1, 2, 3], 1, 0, 0, 0, 1, 0), Longs(1, 1, 1, 1, 2)));
    }

    [Fact]
    public void Col2Im_adds_blocks_up()
    {
        // Two blocks of 1 × 2 over a row of three: the middle pixel belongs to both.
        Output("Col2Im", [], Floats([1, 2, 2], 1, 2, 10, 20), Longs(1, 3), Longs(1, 2)).ShouldBe([1, 1, 1, 3], 1, 12, 20);
        Output("Col2Im", new() { ["strides"] = new long[] { 1, 2 }, ["pads"] = new long[] { 0, 1, 0, 0 } }, Floats([1, 2, 2], 1, 2, 10, 20),
            Longs(1, 3), Longs(1, 2))
            .ShouldBe([1, 1, 1, 3], 10, 2, 20);
        Should.Throw<ShapeException>(() => Output("Col2Im", [], Floats([1, 2, 2], 1, 2, 10, 20), Longs(1, 4), Longs(1, 2)));
        Should.Throw<AttributeException>(
            () => Output("Col2Im", new() { ["strides"] = new long[] { 0, 1 } }, Range([1, 2, 2]), Longs(1, 3), Longs(1, 2)));
        Should.Throw<ShapeException>(
            () => Output("Col2Im", new() { ["pads"] = new[] { long.MinValue, 0, 0, 0 } }, Range([1, 2, 2]), Longs(1, 3), Longs(1, 2)));
    }
}
