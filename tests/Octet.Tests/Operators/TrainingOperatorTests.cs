using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class TrainingOperatorTests
{
    /// <summary>Two samples of three classes.</summary>
    static readonly Tensor Logarithms = Floats([2, 3], -1, -2, -3, -4, -5, -6);

    static readonly Tensor Classes = Tensor.Vector(0, 2);

    [Theory]
    [InlineData("none", new float[] { 1, 6 })]
    [InlineData("sum", new float[] { 7 })]
    [InlineData("mean", new float[] { 3.5f })]
    public void The_loss_is_minus_the_logarithm_of_the_right_class(string reduction, float[] expected) =>
        Output("NegativeLogLikelihoodLoss", new() { { "reduction", reduction } }, Logarithms, Classes).Floats.ToArray().ShouldBe(expected);

    [Fact]
    public void A_weighted_mean_divides_by_the_weights_of_the_classes() =>
        // (2 · 1 + 0.5 · 6) / (2 + 0.5)
        Output("NegativeLogLikelihoodLoss", [], Logarithms, Classes, Floats([3], 2, 9, 0.5f)).Floats[0].ShouldBe(2f);

    [Theory]
    [InlineData(2L)]
    [InlineData(-100L)]
    public void An_ignored_class_costs_and_counts_for_nothing_even_out_of_bounds(long ignored)
    {
        var classes = Tensor.Vector(0, ignored);

        Output("NegativeLogLikelihoodLoss", new() { { "ignore_index", ignored } }, Logarithms, classes).Floats[0].ShouldBe(1f);
        Output("NegativeLogLikelihoodLoss", new() { { "ignore_index", ignored }, { "reduction", "none" } }, Logarithms,
            classes).Floats.ToArray().ShouldBe([1, 0]);
    }

    [Fact]
    public void A_mean_over_nothing_is_no_number() =>
        Output("NegativeLogLikelihoodLoss", new() { { "ignore_index", 0L } }, Logarithms, Tensor.Vector(0, 0)).Floats[0]
        .ShouldBe(float.NaN);

    [Fact]
    public void A_class_that_does_not_exist_is_refused() =>
        Should.Throw<OctetException>(() => Output("NegativeLogLikelihoodLoss", [], Logarithms, Tensor.Vector(0, 3))).Message.ShouldBe(
            "class 3 is out of bounds; there are 3 classes");

    [Fact]
    public void Classes_of_another_shape_are_refused() =>
        Refusal("SoftmaxCrossEntropyLoss", [], [2, 3, 4], [2, 3]).ShouldBe("scores [2, 3, 4] need classes [2, 4], but they are [2, 3]");

    [Fact]
    public void Cross_entropy_takes_scores_and_gives_their_logarithms_too()
    {
        // Equal scores: each of two classes at each of two places has probability 1/2.
        var outputs =
            Outputs("SoftmaxCrossEntropyLoss", NewestOpset, new() { OutputCount = 2 }, new Tensor(DataType.Float64, [1, 2, 2]),
                Tensor.Of<long>([1, 2], 0, 1));

        outputs[0].AsSpan<double>()[0].ShouldBe(Math.Log(2), 1e-15);
        outputs[1].AsSpan<double>().ToArray().ShouldAllBe(value => Math.Abs(value + Math.Log(2)) < 1e-15);
    }

    [Fact]
    public void Half_precision_is_computed_in_float32() =>
        Output("NegativeLogLikelihoodLoss", [], Tensor.Of([1, 2], (Half)(-0.25f), (Half)(-2f)), Tensor.Vector(0)).AsSpan<Half>()[0]
        .ShouldBe((Half)0.25f);

    static Tensor[] Step(Operator optimizer, long step, params Tensor[] tensors) =>
        optimizer.RunOn([Tensor.Scalar(0.5f), Tensor.Scalar(step), .. tensors]);

    [Fact]
    public void Adagrad_divides_by_the_root_of_all_squares_so_far()
    {
        // gradient 3, squares so far 16: 10 − 0.5 / (1 + 2 · 0.5) · 3 / √25
        var outputs =
            Step(new Adagrad(DecayFactor: 0.5f, Epsilon: 0, NormCoefficient: 0), 2, Floats([1], 10), Floats([1], 3), Floats([1], 16));

        outputs[0].Floats[0].ShouldBe(9.85f);
        outputs[1].Floats[0].ShouldBe(25);
    }

    [Fact]
    public void Adam_keeps_means_of_gradients_and_squares()
    {
        // Step 0 leaves the rate as it is: v = 0.5 · 2, h = 0.25 · 4; 1 − 0.5 · 1 / √1.
        var outputs =
            Step(new Adam(Alpha: 0.5f, Beta: 0.75f, Epsilon: 0, NormCoefficient: 0, NormCoefficientPost: 0), 0, Floats([1], 1),
                Floats([1], 2), Floats([1], 0), Floats([1], 0));

        outputs.Select(output => output.Floats[0]).ShouldBe([0.5f, 1, 1]);
    }

    [Theory]
    [InlineData(false, 10 - 0.5f * 7)]
    [InlineData(true, 10 - 0.5f * (3 + 0.5f * 7))]
    public void Momentum_adds_up_gradients_for_several_tensors(bool isNesterov, float expected)
    {
        // The gradient 2 and a tenth of the tensor make 3; the sum so far fades to 4.
        var step = Step(new Momentum(Alpha: 0.5f, Beta: 9, isNesterov, NormCoefficient: 0.1f), 0,
            Floats([1], 10), Floats([2], 0, 0), Floats([1], 2), Floats([2], 0, 1), Floats([1], 8), Floats([2], 0, 0));

        step[0].Floats[0].ShouldBe(expected, 1e-6f);
        step[2].Floats[0].ShouldBe(7, 1e-6f);
        step[3].Floats.ToArray().ShouldBe([0, 1]);
    }

    [Fact]
    public void Optimizers_refuse_states_that_do_not_fit() =>
        Should.Throw<OctetException>(() => Step(new Momentum(1, 1, false, 0), 0, Floats([1], 1), Floats([1], 1), Floats([2], 1, 1)))
            .Message.ShouldBe("input 4 is float32 [2], but it should be as its tensor, float32 [1]");

    [Fact]
    public void Before_opset_7_the_second_input_was_laid_along_any_axis()
    {
        var x = Floats([2, 2, 1], 1, 2, 3, 4);

        Output("Add", 6, new() { { "broadcast", 1L }, { "axis", 0L } }, x, Floats([2], 10, 20)).Floats.ToArray().ShouldBe([11, 12, 23, 24]);
        Output("Less", 1, new() { { "broadcast", 1L }, { "axis", -2L } }, x, Floats([2], 2, 2)).AsSpan<bool>().ToArray()
            .ShouldBe([true, false, false, false]);
        Should.Throw<OctetException>(() => Output("Add", 6, new() { { "broadcast", 1L }, { "axis", 2L } }, x, Floats([1, 1], 1)))
            .Message.ShouldBe("shape [1, 1] does not fit into [2, 2, 1] from axis 2 on");
    }
}
