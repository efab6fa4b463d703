using Octet.Kernels;
using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class ResizeTests
{
    static readonly Tensor Square = Floats([1, 1, 2, 2], 1, 2, 3, 4);

    [Fact]
    public void Nearest_repeats_elements()
    {
        float[] expected = [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4];

        Output("Resize", [], Square, null, Floats([4], 1, 1, 2, 3)).ShouldBe([1, 1, 4, 6], expected);
        Output("Resize", [], Square, null, null, Longs(1, 1, 4, 6)).ShouldBe([1, 1, 4, 6], expected);
        Output("Resize", 10, [], Square, Floats([4], 1, 1, 2, 3)).ShouldBe([1, 1, 4, 6], expected);
        Output("Upsample", 9, [], Square, Floats([4], 1, 1, 2, 3)).ShouldBe([1, 1, 4, 6], expected);
        Output("Upsample", 7, new() { ["scales"] = new[] { 1f, 1, 2, 3 } }, Square).ShouldBe([1, 1, 4, 6], expected);
        Output("Upsample", 1, new() { ["height_scale"] = 2f, ["width_scale"] = 3f }, Square).ShouldBe([1, 1, 4, 6], expected);
    }

    [Fact]
    public void Nearest_moves_any_type() =>
        Output("Resize", [], Tensor.OfStrings([2], ["a", "b"]), null, Floats([1], 2)).Strings.ToArray().ShouldBe(["a", "a", "b", "b"]);

    [Theory]
    [InlineData("round_prefer_floor", new float[] { 0, 2, 4 })]
    [InlineData("round_prefer_ceil", new float[] { 1, 3, 5 })]
    [InlineData("floor", new float[] { 0, 2, 4 })]
    [InlineData("ceil", new float[] { 1, 3, 5 })]
    public void Nearest_rounds_as_told(string mode, float[] expected) =>
        // Half the length: each result lies exactly between two elements.
        Output("Resize", new() { ["nearest_mode"] = mode }, Range([6]), null, Floats([1], 0.5f)).ShouldBe([3], expected);

    [Fact]
    public void Before_opset_11_a_shrinking_axis_takes_the_upper_neighbour() =>
        // Source: ONNX backend tests of opset 10, resize_downsample_nearest.
        Output("Resize", 10, [], Floats([1, 1, 2, 4], 1, 2, 3, 4, 5, 6, 7, 8), Floats([4], 1, 1, 0.6f, 0.6f)).ShouldBe([1, 1, 1, 2], 1, 3);

    [Fact]
    public void A_scale_of_a_third_finds_every_third_element() =>
        Output("Resize", new() { ["coordinate_transformation_mode"] = "asymmetric", ["nearest_mode"] = "floor" }, Range([9]), null,
            Floats([1], 1f / 3))
            .ShouldBe([3], 0, 3, 6);

    [Fact]
    public void A_tie_that_float32_just_misses_is_still_a_tie() =>
        // Two of seven: the second result lies at 3.5, but 1 / (2 / 7) is 3.4999998.
        Output("Resize", new() { ["coordinate_transformation_mode"] = "asymmetric", ["nearest_mode"] = "round_prefer_ceil" }, Range([7]),
            null, null, Longs(2))
            .ShouldBe([2], 0, 4);

    [Theory]
    [InlineData("half_pixel", new float[] { 0, 0.25f, 0.75f, 1.25f, 1.75f, 2 })]
    [InlineData("pytorch_half_pixel", new float[] { 0, 0.25f, 0.75f, 1.25f, 1.75f, 2 })]
    [InlineData("half_pixel_symmetric", new float[] { 0, 0.25f, 0.75f, 1.25f, 1.75f, 2 })]
    [InlineData("align_corners", new float[] { 0, 0.4f, 0.8f, 1.2f, 1.6f, 2 })]
    [InlineData("asymmetric", new float[] { 0, 0.5f, 1, 1.5f, 2, 2 })]
    public void Linear_interpolates_in_each_coordinate_system(string mode, float[] expected) =>
        Output("Resize", new() { ["mode"] = "linear", ["coordinate_transformation_mode"] = mode }, Range([3]), null, Floats([1], 2))
        .ShouldBe([6], expected);

    [Fact]
    public void Linear_works_on_both_axes_of_an_image() =>
        // Source: ONNX backend tests, resize_upsample_scales_linear.
        Output("Resize", new() { ["mode"] = "linear" }, Square, null, Floats([4], 1, 1, 2, 2)).ShouldBe(
            [1, 1, 4, 4], 1, 1.25f, 1.75f, 2, 1.5f, 1.75f, 2.25f, 2.5f, 2.5f, 2.75f, 3.25f, 3.5f, 3, 3.25f, 3.75f, 4);

    [Fact]
    public void What_lies_outside_the_crop_has_one_value() =>
        Output("Resize",
            new() { ["mode"] = "linear", ["coordinate_transformation_mode"] = "tf_crop_and_resize", ["extrapolation_value"] = 10f },
            Range([2, 3]), Floats([4], 0, 0.5f, 0, 1.5f), null, Longs(2, 3)).ShouldBe([2, 3], 1, 2, 10, 1, 2, 10);

    [Fact]
    public void A_crop_takes_nearest_elements_too() =>
        Output("Resize", new() { ["coordinate_transformation_mode"] = "tf_crop_and_resize", ["extrapolation_value"] = 10f },
            Range([3]), Floats([2], 0.5f, 1.5f), null, Longs(3)).ShouldBe([3], 1, 2, 10);

    [Theory]
    [InlineData("not_larger", new[] { 4, 6 })]
    [InlineData("not_smaller", new[] { 6, 9 })]
    [InlineData("stretch", new[] { 4, 9 })]
    public void The_ratio_of_the_axes_is_kept_where_asked(string policy, int[] expected) =>
        Output("Resize", new() { ["keep_aspect_ratio_policy"] = policy, ["axes"] = new long[] { 1, 2 } }, Range([1, 2, 3]), null, null,
            Longs(4, 9))
            .Shape.ShouldBe([1, .. expected]);

    [Fact]
    public void Antialiasing_averages_what_is_skipped() =>
        Output("Resize", new() { ["mode"] = "linear", ["antialias"] = 1L, ["exclude_outside"] = 1L }, Range([4]), null, Floats([1], 0.5f))
            .ShouldBe([2], (3 * 0 + 3 * 1 + 2) / 7f, (1 + 3 * 2 + 3 * 3) / 7f);

    [Fact]
    public void Doubles_are_resized_like_floats() =>
        Output("Resize", new() { ["mode"] = "cubic" }, Tensor.Of<double>([3], 0, 1, 2), null, Floats([1], 2)).AsSpan<double>().ToArray()
            .ShouldBe(Output("Resize", new() { ["mode"] = "cubic" }, Range([3]), null, Floats([1], 2)).Floats.ToArray()
                .Select(value => (double)value), tolerance: 1e-6);

    [Fact]
    public void Resampling_equals_its_definition_for_random_shapes()
    {
        var random = new Random(7);
        for (var round = 0; round < 60; round++)
        {
            var from = new Shape([.. Enumerable.Range(0, 4).Select(_ => random.Next(1, 7))]);
            var to = new Shape([.. from.Dimensions.ToArray().Select(extent => random.Next(3) == 0 ? extent : random.Next(1, 12))]);
            if (from == to) continue;
            var taps = Enumerable.Range(0, 4).Select(axis => from[axis] == to[axis] ? null : AxisTaps.Of(
                new(from[axis], to[axis], (float)to[axis] / from[axis], to[axis], CoordinateMode.HalfPixel), round % 2 == 0 ? -0.5f : null,
                round % 3 == 0, round % 5 == 0)).ToArray();
            var x = Enumerable.Range(0, from.Length).Select(_ => random.NextSingle()).ToArray();
            var actual = new float[to.Length];

            Resampling.Run<float>(x, from, actual, to, taps);

            actual.ShouldBe(Define(x, from, to, taps), tolerance: 1e-4, customMessage: $"{from} to {to}");
        }
    }

    [Fact]
    public void Impossible_requests_are_refused()
    {
        Should.Throw<OperatorException>(() => Output("Resize", [], Square, null, null, null)).Message.ShouldContain("scales");
        Should.Throw<OperatorException>(() => Output("Resize", [], Square, null, Floats([4], 1, 1, 2, 2), Longs(1, 1, 2, 2)));
        Should.Throw<OperatorException>(() => Output("Resize", [], Square, null, Floats([2], 2, 2)));
        Should.Throw<ShapeException>(() => Output("Resize", [], Square, null, Floats([4], 1, 1, 0, 2)));
        Should.Throw<ShapeException>(() => Output("Resize", [], Square, null, Floats([4], 1, 1, float.NaN, 2)));
        Should.Throw<ShapeException>(() => Output("Resize", [], Square, null, Floats([4], 1, 1, 1e30f, 2)));
        Should.Throw<ShapeException>(() => Output("Resize", [], Square, null, null, Longs(1, 1, 1L << 40, 2)));
        Should.Throw<ShapeException>(() => Output("Resize", [], Range([0]), null, null, Longs(3)));
        Should.Throw<AttributeException>(() => Output("Resize", new() { ["mode"] = "quadratic" }, Square, null, null, Longs(1, 1, 2, 2)));
        Should.Throw<OperatorException>(
            () => Output("Resize", new() { ["coordinate_transformation_mode"] = "tf_crop_and_resize" }, Square, null, null,
                Longs(1, 1, 2, 2)));
    }

    /// <summary>Each element as the sum over all combinations of its neighbours.</summary>
    static float[] Define(float[] x, Shape from, Shape to, AxisTaps?[] taps)
    {
        var result = new float[to.Length];
        for (var i = 0; i < result.Length; i++) result[i] = (float)Sum(0, 0, i, 1);
        return result;

        double Sum(int axis, int place, int rest, double weight)
        {
            if (axis == from.Rank) return weight * x[place];
            var inner = to.LengthOf(axis + 1, to.Rank);
            var i = rest / inner;
            if (taps[axis] is not { } own) return Sum(axis + 1, place * from[axis] + i, rest % inner, weight);
            return Enumerable.Range(i * own.Width, own.Width)
                .Sum(tap => Sum(axis + 1, place * from[axis] + own.Places[tap], rest % inner, weight * own.Weights[tap]));
        }
    }
}
