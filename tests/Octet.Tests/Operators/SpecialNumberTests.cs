using Octet.Graphs;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

/// <summary>
/// What becomes of NaN and infinity: as in numpy, by which the ONNX operator suite is made. Lengths are those of a vector and a rest, so
/// that both loops are met.
/// </summary>
public sealed class SpecialNumberTests
{
    const int Length = 37;
    const float NaN = float.NaN;
    const float Infinity = float.PositiveInfinity;

    public static TheoryData<int> Places => [0, 5, 16, Length - 1];

    /// <summary>Small numbers, and a special one at a place.</summary>
    static Tensor With(float special, int place)
    {
        var tensor = new Tensor(DataType.Float32, [Length]);
        for (var i = 0; i < Length; i++) tensor.Floats[i] = i == place ? special : i % 7 - 3;
        return tensor;
    }

    static Tensor Scalar(float value) => Tensor.Scalar(value);

    [Theory, MemberData(nameof(Places))]
    public void NaN_goes_through_element_wise_operators(int place)
    {
        var x = With(NaN, place);
        Tensor[] results =
        [
            Output("Clip", [], x, Scalar(-1), Scalar(1)), Output("Relu", [], x), Output("LeakyRelu", [], x), Output("HardSwish", [], x),
                Output("HardSigmoid", [], x),
            Output("Sigmoid", [], x), Output("Tanh", [], x), Output("Gelu", [], x), Output("Mish", [], x), Output("Exp", [], x),
                Output("Softplus", [], x), Output("Erf", [], x),
            Output("Max", [], x, Scalar(0)), Output("Max", [], Scalar(0), x), Output("Min", [], x, Scalar(0)),
                Output("Min", [], Scalar(0), x),
            Output("Sign", [], x), Output("PRelu", [], x, Scalar(0.5f)), Output("Elu", [], x), Output("Celu", [], x), Output("Selu", [], x),
        ];

        foreach (var (index, result) in results.Index())
        {
            result.Floats.ToArray().Index().ShouldAllBe(entry => float.IsNaN(entry.Item) == (entry.Index == place), $"operator {index}");
        }
    }

    [Theory, MemberData(nameof(Places))]
    public void Infinity_saturates_where_a_function_has_bounds(int place)
    {
        Output("Clip", [], With(Infinity, place), Scalar(-1), Scalar(1)).Floats[place].ShouldBe(1);
        Output("Clip", [], With(-Infinity, place), Scalar(-1), Scalar(1)).Floats[place].ShouldBe(-1);
        // Bounds that are left out are the greatest finite numbers, says ONNX.
        Output("Clip", [], With(Infinity, place)).Floats[place].ShouldBe(float.MaxValue);
        Output("Relu", [], With(-Infinity, place)).Floats[place].ShouldBe(0);
        Output("Relu", [], With(Infinity, place)).Floats[place].ShouldBe(Infinity);
        Output("Sigmoid", [], With(-Infinity, place)).Floats[place].ShouldBe(0, 1e-30);
        Output("Sigmoid", [], With(Infinity, place)).Floats[place].ShouldBe(1);
        Output("Tanh", [], With(-Infinity, place)).Floats[place].ShouldBe(-1);
        Output("Exp", [], With(-Infinity, place)).Floats[place].ShouldBe(0);
        Output("Exp", [], With(Infinity, place)).Floats[place].ShouldBe(Infinity);
        Output("HardSwish", [], With(Infinity, place)).Floats[place].ShouldBe(Infinity);
        Output("Softplus", [], With(Infinity, place)).Floats[place].ShouldBe(Infinity);
    }

    [Fact]
    public void What_is_not_above_a_threshold_is_zero_and_NaN_is_not() =>
        Output("ThresholdedRelu", [], Floats([3], NaN, 2, Infinity)).Floats.ToArray().ShouldBe([0, 2, Infinity]);

    [Theory, MemberData(nameof(Places))]
    public void NaN_goes_through_reductions(int place)
    {
        foreach (var opType in (string[])["ReduceMax", "ReduceMin", "ReduceSum", "ReduceMean", "ReduceL1", "ReduceL2", "ReduceProd",
            "ReduceLogSumExp", "ReduceSumSquare"])
        {
            Output(opType, [], With(NaN, place)).Floats[0].ShouldBe(NaN, opType);
            // The same numbers along the outer axis, where whole rows are joined.
            Output(opType, new() { { "keepdims", 0L } }, With(NaN, place).Reshape([Length, 1]), Tensor.Vector(0)).Floats[0]
                .ShouldBe(NaN, opType);
        }
    }

    [Theory, MemberData(nameof(Places))]
    public void Reductions_know_infinity(int place)
    {
        Output("ReduceMax", [], With(Infinity, place)).Floats[0].ShouldBe(Infinity);
        Output("ReduceMax", [], With(-Infinity, place)).Floats[0].ShouldBe(3);
        Output("ReduceMin", [], With(-Infinity, place)).Floats[0].ShouldBe(-Infinity);
        Output("ReduceLogSumExp", [], With(-Infinity, place)).Floats[0].ShouldBeLessThan(10);
        Output("ReduceLogSumExp", [], With(Infinity, place)).Floats[0].ShouldBe(Infinity);
        Output("ReduceLogSumExp", [], Floats([2], -Infinity, -Infinity)).Floats[0].ShouldBe(-Infinity);
    }

    [Fact]
    public void Nothing_reduces_to_the_neutral_number()
    {
        var nothing = new Tensor(DataType.Float32, [0]);

        Output("ReduceMax", [], nothing).Floats[0].ShouldBe(-Infinity);
        Output("ReduceMin", [], nothing).Floats[0].ShouldBe(Infinity);
        Output("ReduceSum", [], nothing).Floats[0].ShouldBe(0);
        Output("ReduceProd", [], nothing).Floats[0].ShouldBe(1);
        Output("ReduceLogSumExp", [], nothing).Floats[0].ShouldBe(-Infinity);
    }

    [Theory, MemberData(nameof(Places))]
    public void Softmax_gives_nothing_to_minus_infinity_and_no_number_where_there_is_none(int place)
    {
        var masked = Output("Softmax", [], With(-Infinity, place)).Floats.ToArray();
        masked[place].ShouldBe(0);
        masked.Sum().ShouldBe(1, 1e-5f);
        Output("LogSoftmax", [], With(-Infinity, place)).Floats[place].ShouldBe(-Infinity);

        Output("Softmax", [], With(NaN, place)).Floats.ToArray().ShouldAllBe(value => float.IsNaN(value));
        Output("Softmax", [], Floats([2], -Infinity, -Infinity)).Floats.ToArray().ShouldAllBe(value => float.IsNaN(value));
    }

    [Theory, MemberData(nameof(Places))]
    public void The_greatest_and_the_least_are_the_first_NaN_if_there_is_one(int place)
    {
        var x = With(NaN, place);
        x.Floats[^1] = NaN;

        Output("ArgMax", [], x).Longs[0].ShouldBe(place);
        Output("ArgMin", [], x).Longs[0].ShouldBe(place);
        Output("ArgMax", new() { { "axis", 0L } }, x.Reshape([Length, 1])).Longs[0].ShouldBe(place);
    }

    [Fact]
    public void TopK_counts_NaN_as_greater_than_everything()
    {
        var greatest =
            Outputs("TopK", NewestOpset, new() { OutputCount = 2 }, Floats([5], 1, NaN, Infinity, -Infinity, 2), Tensor.Vector(3));
        greatest[0].Floats.ToArray().ShouldBe([NaN, Infinity, 2]);
        greatest[1].Longs.ToArray().ShouldBe([1, 2, 4]);

        var min = Outputs("TopK", NewestOpset, new(new Attributes { { "largest", 0L } }) { OutputCount = 2 },
            Floats([5], 1, NaN, Infinity, -Infinity, 2), Tensor.Vector(3));
        min[1].Longs.ToArray().ShouldBe([3, 0, 4]);
    }

    [Theory]
    [InlineData("MaxPool")]
    [InlineData("AveragePool")]
    [InlineData("GlobalMaxPool")]
    [InlineData("GlobalAveragePool")]
    public void NaN_stays_in_its_window_and_its_channel_in_either_layout(string opType)
    {
        // 16 channels, so that the engine takes its own layout; NaN in the last of them.
        var x = new Tensor(DataType.Float32, [1, 16, 4, 4]);
        x.Floats[15 * 16] = NaN;
        Attributes attributes = opType.StartsWith("Global", StringComparison.Ordinal)
            ? [] : new() { { "kernel_shape", new long[] { 2, 2 } }, { "strides", new long[] { 2, 2 } } };
        var expected = Output(opType, attributes, x).Floats.ToArray();
        var graph = new Graph { Opsets = { [""] = 13 } };
        var weights = new Tensor(DataType.Float32, [16, 16, 1, 1]);
        for (var i = 0; i < 16; i++) weights.Floats[i * 17] = 1;
        var convolved =
            graph.Add("Conv", [graph.AddInput("x", DataType.Float32, new(1, 16, 4, 4)), graph.AddConstant("w", weights)], "convolved");
        graph.AddOutput(graph.Add(opType, [convolved], "y", attributes));

        var outputs = new Session(graph).Run(new Dictionary<string, Tensor> { ["x"] = x })["y"].Floats.ToArray();

        expected.Index().Where(entry => float.IsNaN(entry.Item)).Select(entry => entry.Index).ShouldBe([expected.Length / 16 * 15]);
        // A convolution hands NaN on to all channels, for zero times NaN is NaN.
        outputs.Index().Where(entry => float.IsNaN(entry.Item)).Select(entry => entry.Index)
            .ShouldBe(Enumerable.Range(0, 16).Select(channel => channel * (expected.Length / 16)));
    }

    [Fact]
    public void A_window_of_minus_infinity_has_that_as_its_greatest() =>
        Output("MaxPool", new() { { "kernel_shape", new long[] { 2 } }, { "pads", new long[] { 1, 0 } } },
            Floats([1, 1, 2], -Infinity, -Infinity))
            .Floats.ToArray().ShouldBe([-Infinity, -Infinity]);
}
