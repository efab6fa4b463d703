using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class NormalizationTests
{
    [Fact]
    public void BatchNormalization_scales_each_channel()
    {
        var attributes = new Attributes { ["epsilon"] = 0f };
        Tensor[] parameters = [Floats([2], 2, 1), Floats([2], 1, 0), Floats([2], 10, 4), Floats([2], 4, 1)];

        Output("BatchNormalization", attributes, [Floats([1, 2, 2], 10, 12, 4, 5), .. parameters]).Values().ShouldBe([1, 3, 0, 1]);
        Output("BatchNormalization", attributes, [Floats([2, 2], 10, 4, 12, 5), .. parameters]).Values().ShouldBe([1, 0, 3, 1]);
        Refusal("BatchNormalization", [], [1, 3, 2], [3], [3], [2], [3]).ShouldContain("input 3 has shape [2]");
    }

    [Fact]
    public void Softmax_and_its_logarithm_equal_their_definition_along_every_axis()
    {
        var random = new Random(31);
        foreach (Shape shape in (Shape[])[[3, 5, 7], [2, 300], [1, 3, 260], [4, 1], [17]])
        {
            for (var axis = 0; axis < shape.Rank; axis++)
            {
                var x = Random(random, shape);
                var softmax = Output("Softmax", new() { ["axis"] = (long)axis }, x);
                var logarithm = Output("LogSoftmax", new() { ["axis"] = (long)axis - shape.Rank }, x);

                var (count, inner) = (shape[axis], shape.LengthOf(axis + 1, shape.Rank));
                for (var i = 0; i < x.Length; i++)
                {
                    var first = i - i / inner % count * inner;
                    var sum = Enumerable.Range(0, count).Sum(k => Math.Exp(x.Floats[first + k * inner]));
                    softmax.Floats[i].ShouldBe((float)(Math.Exp(x.Floats[i]) / sum), 1e-6, $"{shape}, axis {axis}, element {i}");
                    logarithm.Floats[i].ShouldBe((float)(x.Floats[i] - Math.Log(sum)), 1e-5, $"{shape}, axis {axis}, element {i}");
                }
            }
        }
    }

    [Fact]
    public void Softmax_before_opset_13_takes_all_dimensions_behind_its_axis_together()
    {
        var x = Floats([1, 2, 2], 0, 0, 0, 0);

        Outputs("Softmax", 11, [], x)[0].Values().ShouldBe([0.25f, 0.25f, 0.25f, 0.25f]);
        Outputs("Softmax", 13, [], x)[0].Values().ShouldBe([0.5f, 0.5f, 0.5f, 0.5f]);
        Outputs("LogSoftmax", 11, new() { ["axis"] = 3L }, x)[0].Values().ShouldBe([0, 0, 0, 0]);
    }

    [Fact]
    public void Softmax_of_large_values_does_not_overflow() =>
        Output("Softmax", [], Floats([1, 3], 1e30f, 1e30f, -1e30f)).Values().ShouldBe([0.5f, 0.5f, 0]);

    [Fact]
    public void Hardmax_marks_the_first_greatest_element()
    {
        var x = Floats([2, 3], 1, 3, 3, 2, 0, 1);

        Output("Hardmax", [], x).Values().ShouldBe([0, 1, 0, 1, 0, 0]);
        Output("Hardmax", new() { ["axis"] = 0L }, x).Values().ShouldBe([0, 1, 1, 1, 0, 0]);
        Outputs("Hardmax", 11, new() { ["axis"] = 0L }, x)[0].Values().ShouldBe([0, 1, 0, 0, 0, 0]);
    }

    [Fact]
    public void BatchNormalization_in_training_gives_running_statistics()
    {
        var attributes = new Attributes { OutputCount = 3 };
        attributes["training_mode"] = 1L;
        attributes["epsilon"] = 0f;
        attributes["momentum"] = 0.75f;

        var outputs =
            Outputs("BatchNormalization", 15, attributes, Floats([2, 1, 2], 1, 3, 5, 7), Floats([1], 2), Floats([1], 1), Floats([1], 8),
                Floats([1], 1));

        var deviation = MathF.Sqrt(5);
        outputs[0].ShouldBeClose(1 - 6 / deviation, 1 - 2 / deviation, 1 + 2 / deviation, 1 + 6 / deviation);
        outputs[1].ShouldBeClose(7);
        outputs[2].ShouldBeClose(2);
    }

    [Fact]
    public void Old_batch_normalization_may_have_statistics_for_each_position()
    {
        var attributes = new Attributes { ["spatial"] = 0L, ["epsilon"] = 0f };
        var ones = Floats([1, 2], 1, 1);

        Outputs("BatchNormalization", 7, attributes, Floats([2, 1, 2], 1, 2, 3, 4), ones, Floats([1, 2], 0, 10), Floats([1, 2], 1, 2),
            ones)[0]
            .ShouldBeClose(0, 10, 2, 12);
    }

    [Fact]
    public void InstanceNormalization_equals_its_definition()
    {
        var random = new Random(41);
        var (x, scale, bias) = (Random(random, [2, 3, 5, 7]), Random(random, [3]), Random(random, [3]));

        var y = Output("InstanceNormalization", [], x, scale, bias);

        for (var row = 0; row < 6; row++) ShouldBeStandardized(x, y, row * 35, 35, i => scale.Floats[row % 3], i => bias.Floats[row % 3]);
    }

    [Theory]
    [InlineData(18)]
    [InlineData(21)]
    public void GroupNormalization_scales_groups_before_opset_21_and_channels_since(int opset)
    {
        var random = new Random(42);
        var x = Random(random, [2, 6, 4]);
        var (scale, bias) = opset < 21 ? (Random(random, [2]), Random(random, [2])) : (Random(random, [6]), Random(random, [6]));

        var y = Outputs("GroupNormalization", opset, new() { ["num_groups"] = 2L }, x, scale, bias)[0];

        for (var group = 0; group < 4; group++)
        {
            int Parameter(int i) => opset < 21 ? group % 2 : group % 2 * 3 + i / 4;
            ShouldBeStandardized(x, y, group * 12, 12, i => scale.Floats[Parameter(i)], i => bias.Floats[Parameter(i)]);
        }
        Refusal("GroupNormalization", new() { ["num_groups"] = 4L }, [2, 6, 4], [6], [6])
            .ShouldContain("'num_groups' is 4; allowed: a divisor of the 6 channels");
    }

    [Fact]
    public void LayerNormalization_normalizes_all_axes_from_one_on_and_gives_its_statistics()
    {
        var random = new Random(43);
        var (x, scale, bias) = (Random(random, [3, 4, 5]), Random(random, [4, 5]), Random(random, [5]));
        var attributes = new Attributes { OutputCount = 3 };
        attributes["axis"] = -2L;

        var outputs = Outputs("LayerNormalization", 17, attributes, x, scale, bias);

        for (var row = 0; row < 3; row++)
        {
            ShouldBeStandardized(x, outputs[0], row * 20, 20, i => scale.Floats[i], i => bias.Floats[i % 5]);
            outputs[1].Floats[row].ShouldBe(x.Values().Skip(row * 20).Take(20).Average(), 1e-6);
        }
        outputs[2].Shape.ShouldBe(new Shape([3, 1, 1]));
        Refusal("LayerNormalization", [], [3, 4], [3]).ShouldContain("[3]");
    }

    [Fact]
    public void RMSNormalization_divides_by_the_root_of_the_mean_square() =>
        Output("RMSNormalization", new() { ["epsilon"] = 0f }, Floats([1, 2], 6, 8), Floats([2], 1, 10))
        .ShouldBeClose(6 / MathF.Sqrt(50), 80 / MathF.Sqrt(50));

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(1)]
    public void LRN_equals_its_definition(int size)
    {
        var x = Random(new Random(44), [2, 7, 3]);

        var y = Output("LRN", new() { ["size"] = (long)size, ["alpha"] = 0.5f, ["beta"] = 0.6f, ["bias"] = 2f }, x);

        for (var i = 0; i < x.Length; i++)
        {
            var (image, channel, place) = (i / 21, i / 3 % 7, i % 3);
            var neighbours = Enumerable.Range(channel - (size - 1) / 2, size).Where(neighbour => neighbour is >= 0 and < 7);
            var squares = neighbours.Sum(neighbour => Math.Pow(x.Floats[image * 21 + neighbour * 3 + place], 2));
            y.Floats[i].ShouldBe((float)(x.Floats[i] / Math.Pow(2 + 0.5 / size * squares, 0.6)), 1e-5);
        }
    }

    [Fact]
    public void LpNormalization_divides_by_the_norm_and_keeps_zeros()
    {
        var x = Floats([2, 2], 3, -4, 0, 0);

        Output("LpNormalization", [], x).ShouldBeClose(0.6f, -0.8f, 0, 0);
        Output("LpNormalization", new() { ["p"] = 1L }, x).ShouldBeClose(3 / 7f, -4 / 7f, 0, 0);
        Output("LpNormalization", new() { ["axis"] = 0L }, x).ShouldBeClose(1, -1, 0, 0);
        Refusal("LpNormalization", new() { ["p"] = 3L }, [2, 2]).ShouldContain("'p' is 3; allowed: 1, 2");
    }

    [Fact]
    public void MeanVarianceNormalization_takes_some_axes_together()
    {
        var y = Output("MeanVarianceNormalization", new() { ["axes"] = new long[] { 0, -1 } }, Floats([2, 2, 1], 1, 10, 3, 30));

        y.ShouldBeClose(-1, -1, 1, 1);
    }

    /// <summary>Compares with (x − mean) / sqrt(variance + 1e−5) · scale + bias in double.</summary>
    static void ShouldBeStandardized(Tensor x, Tensor y, int start, int length, Func<int, float> scale, Func<int, float> bias)
    {
        var elements = x.Values().Skip(start).Take(length).Select(element => (double)element).ToArray();
        var mean = elements.Average();
        var deviation = Math.Sqrt(elements.Average(element => (element - mean) * (element - mean)) + 1e-5);
        for (var i = 0; i < length; i++)
        {
            y.Floats[start + i].ShouldBe((float)((elements[i] - mean) / deviation * scale(i) + bias(i)), 1e-5, $"element {start + i}");
        }
    }
}
