using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class DeformConvTests
{
    [Fact]
    public void Without_offsets_it_is_a_convolution()
    {
        var random = new Random(61);
        var attributes = new Attributes
        {
            ["group"] = 2L,
            ["offset_group"] = 2L,
            ["pads"] = new long[] { 1, 0, 1, 2 },
            ["strides"] = new long[] { 2, 1 },
        };
        var (x, weights, bias) = (Random(random, [2, 4, 7, 6]), Random(random, [6, 2, 3, 2]), Random(random, [6]));
        var expected =
            Output("Conv", new() { ["group"] = 2L, ["pads"] = attributes["pads"], ["strides"] = attributes["strides"] }, x, weights, bias);
        var offsets = new Tensor(DataType.Float32, [2, 24, expected.Shape[2], expected.Shape[3]]);

        Output("DeformConv", attributes, x, weights, offsets, bias).ShouldBeClose(expected.Floats);
    }

    [Fact]
    public void Offsets_move_what_a_tap_sees_and_the_mask_damps_it()
    {
        var (x, weights) = (Range([1, 1, 3, 3]), Floats([1, 1, 1, 1], 1));
        var offsets = new Tensor(DataType.Float32, [1, 2, 3, 3]);
        offsets.Floats[..9].Fill(0.5f);
        offsets.Floats[9..].Fill(-0.5f);
        var mask = new Tensor(DataType.Float32, [1, 1, 3, 3]);
        mask.Floats.Fill(2);

        // Half an element down and half an element left; beyond the border there are zeros.
        Output("DeformConv", [], x, weights, offsets).ShouldBeClose(0.75f, 2, 3, 2.25f, 5, 6, 1.5f, 3.25f, 3.75f);
        Output("DeformConv", [], x, weights, offsets, null, mask).ShouldBeClose(1.5f, 4, 6, 4.5f, 10, 12, 3, 6.5f, 7.5f);
    }

    [Fact]
    public void Offsets_of_another_shape_are_refused() =>
        Refusal("DeformConv", [], [1, 1, 3, 3], [1, 1, 2, 2], [1, 4, 2, 2]).ShouldContain("[1, 8, 2, 2] is expected");
}
