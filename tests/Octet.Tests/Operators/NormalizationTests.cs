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
}
