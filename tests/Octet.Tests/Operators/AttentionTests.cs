using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

/// <summary>Numbers worked out by hand; the graphs of the operator suite and ONNX Runtime judge the rest in the conformance
/// tests.</summary>
public sealed class AttentionTests
{
    /// <summary>Two queries and two keys whose scores are all 0, so that each key takes an equal part.</summary>
    static readonly Tensor Zeros = Floats([1, 1, 2, 1], 0, 0);

    static readonly Tensor Values = Floats([1, 1, 2, 1], 2, 6);

    [Fact]
    public void Equal_scores_give_the_mean_of_the_values() =>
        Output("Attention", [], Zeros, Zeros, Values).Floats.ToArray().ShouldBe([4, 4]);

    [Fact]
    public void A_causal_query_sees_no_key_behind_it() =>
        Output("Attention", new() { { "is_causal", 1L } }, Zeros, Zeros, Values).Floats.ToArray().ShouldBe([2, 4]);

    [Fact]
    public void A_query_that_sees_no_key_gives_zeros_and_no_NaN() =>
        Output("Attention", [], Zeros, Zeros, Values, Tensor.Of([2, 2], false, false, false, true)).Floats.ToArray().ShouldBe([0, 6]);

    [Fact]
    public void Keys_that_a_mask_lacks_take_no_part() =>
        Output("Attention", [], Zeros, Zeros, Values, Floats([2, 1], 0, 0)).Floats.ToArray().ShouldBe([2, 2]);

    [Fact]
    public void Past_keys_and_values_come_first()
    {
        var outputs =
            Outputs("Attention", NewestOpset, new() { OutputCount = 3 }, Zeros, Zeros, Values, null, Floats([1, 1, 1, 1], 0),
                Floats([1, 1, 1, 1], 10));

        outputs[0].Floats.ToArray().ShouldBe([6, 6], 1e-5);
        outputs[2].Floats.ToArray().ShouldBe([10, 2, 6]);
    }

    [Fact]
    public void Padding_at_the_end_is_not_seen() =>
        Output("Attention", [], Zeros, Zeros, Values, null, null, null, Tensor.Vector(1)).Floats.ToArray().ShouldBe([2, 2]);

    [Fact]
    public void Heads_that_do_not_fit_are_refused()
    {
        Refusal("Attention", [], [1, 2, 4], [1, 2, 4], [1, 2, 4])
            .ShouldBe("inputs of three dimensions need the attributes q_num_heads and kv_num_heads");
        Refusal("Attention", [], [1, 3, 2, 4], [1, 2, 2, 4], [1, 2, 2, 4]).ShouldContain("do not fit each other");
        Refusal("Attention", [], [1, 1, 2, 4], [1, 1, 2, 4], [1, 1, 2, 4], [3, 2])
            .ShouldBe("a mask of shape [3, 2] cannot be broadcast to [1, 1, 2, 2]");
        Refusal("Attention", [], [1, 1, 2, 4], [1, 1, 2, 4], [1, 1, 2, 4], [2, 2], [4], [4])
            .ShouldBe("past keys have four dimensions, but these are [4]");
        Refusal("RotaryEmbedding", [], [1, 2, 4], [1, 2, 2], [1, 2, 2]).ShouldContain("cannot be cut into 0 heads");
    }

    [Fact]
    public void A_quarter_turn_swaps_the_elements_of_a_pair() =>
        Output("RotaryEmbedding", [], Floats([1, 1, 1, 4], 1, 2, 3, 4), Floats([1, 1, 2], 0, 1), Floats([1, 1, 2], 1, 0)).Floats.ToArray()
        .ShouldBe([-3, 2, 1, 4]);
}
