using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

/// <summary>Numbers worked out by hand; ONNX Runtime judges the rest in the conformance tests.</summary>
public sealed class RecurrenceTests
{
    static Attributes Of(string direction, params (string Name, object Value)[] others)
    {
        var attributes = new Attributes { OutputCount = 2 };
        (attributes["hidden_size"], attributes["direction"]) = (1L, direction);
        foreach (var (name, value) in others) attributes[name] = value;
        return attributes;
    }

    /// <summary>h = x + 2 · h with x = 1, 2, 3: no function, so that sums stay whole.</summary>
    static readonly string[] Nothing = ["Affine"];

    static readonly Tensor Steps = Floats([3, 1, 1], 1, 2, 3);

    [Theory]
    [InlineData("forward", new float[] { 1, 4, 11 }, 11)]
    [InlineData("reverse", new float[] { 17, 8, 3 }, 17)]
    public void A_state_goes_along_the_sequence(string direction, float[] expected, float last)
    {
        var outputs = Outputs("RNN", 22, Of(direction, ("activations", Nothing)), Steps, Floats([1, 1, 1], 1), Floats([1, 1, 1], 2));

        outputs[0].Floats.ToArray().ShouldBe(expected);
        outputs[1].Floats[0].ShouldBe(last);
    }

    [Fact]
    public void Behind_the_end_of_a_sequence_are_zeros_and_the_last_state_is_that_before()
    {
        var outputs =
            Outputs("RNN", 22, Of("forward", ("activations", Nothing)), Steps, Floats([1, 1, 1], 1), Floats([1, 1, 1], 2), null,
                Tensor.Of([1], 2));

        outputs[0].Floats.ToArray().ShouldBe([1, 4, 0]);
        outputs[1].Floats[0].ShouldBe(4);
    }

    [Fact]
    public void The_batch_may_be_outside()
    {
        // Two samples with one step of two numbers, and the same laid out the other way.
        var weights = Floats([1, 1, 2], 1, 10);
        var outer = Outputs("RNN", 22, Of("forward", ("activations", Nothing), ("layout", 1L)), Floats([2, 1, 2], 1, 2, 3, 4), weights,
            Floats([1, 1, 1], 2));
        var inner = Outputs("RNN", 22, Of("forward", ("activations", Nothing)), Floats([1, 2, 2], 1, 2, 3, 4), weights,
            Floats([1, 1, 1], 2));

        outer[0].Shape.ShouldBe([2, 1, 1, 1]);
        outer[1].Shape.ShouldBe([2, 1, 1]);
        inner[0].Shape.ShouldBe([1, 1, 2, 1]);
        outer[0].Floats.ToArray().ShouldBe([21, 43]);
        inner[0].Floats.ToArray().ShouldBe([21, 43]);
    }

    [Fact]
    public void A_cell_that_is_wide_open_adds_everything_up()
    {
        // Gates of 1 through a bias of 100; cell and output without a function: c = c + x, h = c.
        var attributes = new Attributes { OutputCount = 3 };
        (attributes["hidden_size"], attributes["activations"]) = (1L, (string[])["Sigmoid", "Affine", "Affine"]);
        var outputs = Outputs(
            "LSTM", 22, attributes, Steps, Floats([1, 4, 1], 0, 0, 0, 1), Floats([1, 4, 1], 0, 0, 0, 0),
            Floats([1, 8], 100, 100, 100, 0, 0, 0, 0, 0));

        outputs[0].Floats.ToArray().ShouldBe([1, 3, 6], 1e-5);
        outputs[2].Floats[0].ShouldBe(6, 1e-5);
    }

    [Fact]
    public void An_update_gate_that_is_closed_keeps_the_state() =>
        Outputs("GRU", 22, Of("forward"), Steps, Floats([1, 3, 1], 0, 0, 1), Floats([1, 3, 1], 0, 0, 0), Floats([1, 6], 100, 0, 0, 0, 0, 0),
            null, Floats([1, 1, 1], 0.25f))[1]
            .Floats[0].ShouldBe(0.25f, 1e-6);

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Refusal("LSTM", Of("forward"), [3, 1, 2], [1, 4, 1], [1, 4, 1]).ShouldBe("input 1 is [1, 4, 1], but [1, 4, 2] is expected");
        Refusal("RNN", Of("sideways"), [3, 1, 1]).ShouldContain("allowed: forward, reverse, bidirectional");
        Refusal("GRU", Of("forward", ("activations", (string[])["Sigmoid", "Cosine"])), [3, 1, 1]).ShouldContain("'activations' is Cosine");
        Refusal("GRU", Of("bidirectional", ("activations", (string[])["Sigmoid", "Tanh"])), [3, 1, 1]).ShouldContain("allowed: 4 names");
    }
}
