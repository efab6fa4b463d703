using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class PoolingTests
{
    [Fact]
    public void MaxPool_and_AveragePool_equal_their_definitions_in_any_geometry()
    {
        var random = new Random(20261123);
        for (var trial = 0; trial < 200; trial++)
        {
            var attributes = RandomWindow(random, out var x);
            var window = SlidingWindow.From(attributes);
            var geometry = window.Over(x.Shape, window.Kernel);
            var countsPadding = attributes.Flag("count_include_pad");

            var max = Output("MaxPool", attributes, x);
            var average = Output("AveragePool", attributes, x);

            for (var i = 0; i < max.Length; i++)
            {
                var (seen, count) = Seen(x, geometry, i, countsPadding);
                max.Floats[i].ShouldBe(seen.DefaultIfEmpty(float.NegativeInfinity).Max(), $"trial {trial}, element {i}: {geometry}");
                average.Floats[i].ShouldBe(seen.Sum() / Math.Max(1, count), 1e-5, $"trial {trial}, element {i}: {geometry}");
            }
        }
    }

    [Fact]
    public void MaxPool_gives_the_place_of_the_first_greatest_element()
    {
        var attributes = new Attributes { OutputCount = 2 };
        attributes["kernel_shape"] = new long[] { 2, 2 };

        var outputs = Outputs("MaxPool", 12, attributes, Floats([1, 2, 2, 3], 1, 7, 7, 2, 3, 4, 5, 5, 5, 5, 5, 6));

        outputs[0].Values().ShouldBe([7, 7, 5, 6]);
        outputs[1].Longs.ToArray().ShouldBe([1, 1, 6, 11]);

        attributes["storage_order"] = 1L;
        Outputs("MaxPool", 12, attributes, Floats([1, 1, 2, 3], 1, 7, 7, 2, 3, 9))[1].Longs.ToArray().ShouldBe([2, 5]);
    }

    [Fact]
    public void MaxPool_takes_bytes_and_lets_NaN_through()
    {
        var attributes = new Attributes { ["kernel_shape"] = new long[] { 2 } };

        Output("MaxPool", attributes, Tensor.Of<byte>([1, 1, 3], 3, 200, 7)).AsSpan<byte>().ToArray().ShouldBe([200, 200]);
        Output("MaxPool", attributes, Tensor.Of<sbyte>([1, 1, 3], -3, -100, -128)).AsSpan<sbyte>().ToArray().ShouldBe([-3, -100]);
        Output("MaxPool", attributes, Floats([1, 1, 4], 1, float.NaN, 3, 4)).Values().ShouldBe([float.NaN, float.NaN, 4]);
    }

    [Fact]
    public void Global_poolings_shrink_all_spatial_dimensions()
    {
        Output("GlobalAveragePool", [], Range([1, 2, 3, 3])).Values().ShouldBe([4, 13]);
        Output("GlobalMaxPool", [], Range([1, 2, 3, 3])).Values().ShouldBe([8, 17]);
        Output("GlobalMaxPool", [], Range([1, 2, 3])).Shape.ShouldBe(new Shape([1, 2, 1]));
    }

    [Theory]
    [InlineData(1f, 7, 10)]
    [InlineData(2f, 5, 7.0710678f)]
    [InlineData(3f, 4.4979414f, 6.2996053f)]
    public void LpPool_gives_the_norm_of_each_window(float p, float first, float second)
    {
        var attributes = new Attributes { ["kernel_shape"] = new long[] { 2 }, ["strides"] = new long[] { 2 }, ["p"] = (long)p };
        var x = Floats([1, 1, 4], 3, -4, 5, 5);

        Output("LpPool", attributes, x).ShouldBeClose(first, second);
        Outputs("GlobalLpPool", 1, new() { ["p"] = p }, x)[0].ShouldBeClose(MathF.Pow(MathF.Pow(first, p) + MathF.Pow(second, p), 1 / p));
    }

    [Fact]
    public void MaxUnpool_puts_elements_back()
    {
        var attributes = new Attributes { ["kernel_shape"] = new long[] { 2 }, ["strides"] = new long[] { 2 } };
        var places = Tensor.Of<long>([1, 2, 2], 1, 2, 4, 7);

        Output("MaxUnpool", attributes, Floats([1, 2, 2], 7, 8, 9, 5), places).Values().ShouldBe([0, 7, 8, 0, 9, 0, 0, 5]);
        Output("MaxUnpool", attributes, Floats([1, 2, 2], 7, 8, 9, 5), places, Tensor.Vector(1, 2, 5)).Shape.ShouldBe(new Shape([1, 2, 5]));
        Should.Throw<OctetException>(
            () => Output("MaxUnpool", attributes, Floats([1, 1, 1], 7), Tensor.Of<long>([1, 1, 1], 2))).Message.ShouldContain("place 2");
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 3)]
    public void Ceil_mode_rounds_the_number_of_windows_up(bool roundUp, int expected)
    {
        var attributes = new Attributes
        {
            ["kernel_shape"] = new long[] { 2 },
            ["strides"] = new long[] { 2 },
            ["ceil_mode"] = roundUp ? 1L : 0,
        };

        Output("MaxPool", attributes, Range([1, 1, 5])).Length.ShouldBe(expected);
    }

    [Fact]
    public void A_window_that_would_start_in_the_padding_behind_is_left_out()
    {
        var attributes = new Attributes { ["kernel_shape"] = new long[] { 1 }, ["strides"] = new long[] { 2 }, ["ceil_mode"] = 1L };

        Output("MaxPool", attributes, Range([1, 1, 2])).Length.ShouldBe(1);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Refusal("MaxPool", [], [1, 1, 5, 5]).ShouldContain("'kernel_shape' is missing");
        Refusal("MaxPool", new() { ["kernel_shape"] = new long[] { 3 } }, [1, 1, 5, 5])
            .ShouldContain("'kernel_shape' is [3]; allowed: 2 entries");
        Refusal("AveragePool", new() { ["kernel_shape"] = new long[] { 3, 0 } }, [1, 1, 5, 5]).ShouldContain("'kernel_shape' is [3, 0]");
        Refusal("AveragePool", new() { ["kernel_shape"] = new long[] { 3, 6 } }, [1, 1, 5, 5])
            .ShouldContain("spans 6 element(s) of spatial dimension 1");
        Refusal("GlobalAveragePool", [], [5, 5]).ShouldContain("[5, 5]");
    }

    static Attributes RandomWindow(Random random, out Tensor x)
    {
        while (true)
        {
            var rank = random.Next(1, 4);
            long[] Draw(int count, int min, int max) => [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(min, max + 1))];
            var extents = Draw(rank, 1, 30 >> rank);
            var (kernel, dilations, pads) = (Draw(rank, 1, 4), Draw(rank, 1, 2), Draw(2 * rank, 0, 3));
            if (!Enumerable.Range(0, rank).All(i => extents[i] + pads[i] + pads[i + rank] >= (kernel[i] - 1) * dilations[i] + 1)) continue;

            x = Random(random, Shape.From([2, 3, .. extents]));
            return new()
            {
                ["kernel_shape"] = kernel,
                ["dilations"] = dilations,
                ["pads"] = pads,
                ["strides"] = Draw(rank, 1, 3),
                ["ceil_mode"] = (long)random.Next(2),
                ["count_include_pad"] = (long)random.Next(2),
            };
        }
    }

    /// <summary>The elements that one window sees, and the number that its sum is divided by.</summary>
    static (List<float> Seen, int Count) Seen(Tensor x, Octet.Kernels.WindowGeometry window, int output, bool countsPadding)
    {
        var (channel, place) = Math.DivRem(output, window.OutputLength);
        var (line, column) = Math.DivRem(place, window.Width.Output);
        var (level, row) = Math.DivRem(line, window.Height.Output);
        var (seen, counted) = (new List<float>(), 0);
        for (var i = 0; i < window.Taps; i++)
        {
            var z = level * window.Depth.Stride + i / window.Width.Kernel / window.Height.Kernel * window.Depth.Dilation
                - window.Depth.PadBefore;
            var y = row * window.Height.Stride + i / window.Width.Kernel % window.Height.Kernel * window.Height.Dilation
                - window.Height.PadBefore;
            var q = column * window.Width.Stride + i % window.Width.Kernel * window.Width.Dilation - window.Width.PadBefore;
            bool Within(Octet.Kernels.WindowAxis axis, int at, bool padded) =>
                at >= (padded ? -axis.PadBefore : 0) && at < axis.Input + (padded ? axis.PadAfter : 0);
            if (Within(window.Depth, z, countsPadding) && Within(window.Height, y, countsPadding) && Within(window.Width, q, countsPadding))
                counted++;
            if (!Within(window.Depth, z, false) || !Within(window.Height, y, false) || !Within(window.Width, q, false)) continue;
            seen.Add(x.Floats[channel * window.InputLength + (z * window.Height.Input + y) * window.Width.Input + q]);
        }
        return (seen, counted);
    }
}
