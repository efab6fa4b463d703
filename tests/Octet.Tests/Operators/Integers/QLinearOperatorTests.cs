using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Operators;

/// <summary>ONNX Runtime's operators on 8-bit integers; the numbers are worked out by hand from the formulas in their summaries.</summary>
public sealed class QLinearOperatorTests
{
    static readonly Tensor Zero = Tensor.Scalar((byte)0), Half = Tensor.Scalar(0.5f), One = Tensor.Scalar(1f), Two = Tensor.Scalar(2f);

    [Fact]
    public void Sums_are_rounded_half_to_even_and_saturate()
    {
        // (a · 0.5 + (b − 10) · 1) / 2 + 3: 5 → 3.25 + 3, half of an odd number of steps, and both ends.
        var y = Run(new QLinearAdd(), Bytes(3, 8, 0, 255), Half, Zero, Bytes(15, 11, 0, 255), One, Tensor.Scalar((byte)10), Two,
            Tensor.Scalar((byte)3));

        // (1.5 + 5) / 2 + 3 = 6.25; (4 + 1) / 2 + 3 = 5.5, to 6; −10 / 2 + 3 = −2; (127.5 + 245) / 2 + 3 = 189.25.
        y.Bytes.ToArray().ShouldBe(new byte[] { 6, 6, 0, 189 });
    }

    [Fact]
    public void Products_are_broadcast_along_channels()
    {
        var a = Tensor.Of<byte>([1, 2, 1, 3], 1, 2, 3, 4, 5, 6);
        var y = Run(new QLinearMul(), a, One, Zero, Tensor.Of<byte>([1, 2, 1, 1], 10, 3), Half, Zero, One, Zero);

        // Half of 10, 20, 30, then of 12, 15, 18; 7.5 goes to 8.
        y.Bytes.ToArray().ShouldBe(new byte[] { 5, 10, 15, 6, 8, 9 });
    }

    [Fact]
    public void Signed_integers_have_signed_bounds()
    {
        var zero = Tensor.Scalar((sbyte)0);
        var y = Run(new QLinearAdd(), Tensor.Of<sbyte>([3], -100, 100, 1), One, zero, Tensor.Of<sbyte>([3], -100, 100, -2), One, zero, One,
            zero);

        y.AsSpan<sbyte>().ToArray().ShouldBe(new sbyte[] { -128, 127, -1 });
    }

    [Fact]
    public void A_sigmoid_of_integers_is_that_of_their_real_values()
    {
        // σ(0) = 0.5; σ(2) = 0.8808 and σ(−2) = 0.1192 in steps of 1/256: 225.5 less a little, 30.5 and a little.
        var y = Run(new QLinearSigmoid(), Bytes(128, 132, 124), Half, Tensor.Scalar((byte)128), Tensor.Scalar(1 / 256f), Zero);

        y.Bytes.ToArray().ShouldBe(new byte[] { 128, 225, 31 });
    }

    [Theory, InlineData(1L), InlineData(0L)]
    public void A_softmax_adds_up_to_one_along_its_axis(long axis)
    {
        // e⁰ and e^(−2 · 0.5): 0.7311 and 0.2689 in steps of 1/256 are 187.2 and 68.8.
        var x = Tensor.Of<byte>([axis == 0 ? 2 : 1, axis == 0 ? 1 : 2], 14, 12);
        var y = Run(new QLinearSoftmax(axis, SpansAxes: false), x, Half, Tensor.Scalar((byte)3), Tensor.Scalar(1 / 256f), Zero);

        y.Bytes.ToArray().ShouldBe(new byte[] { 187, 69 });
    }

    [Fact]
    public void A_choice_takes_the_scale_of_the_result()
    {
        var condition = new Tensor(DataType.Bool, [3]);
        condition.Bytes[1] = 1;
        var y = Run(new QLinearWhere(), condition, Bytes(2, 4, 6), Half, Zero, Bytes(1, 2, 3), One, Zero, One, Tensor.Scalar((byte)10));

        // 1, then 4 · 0.5, then 3, above the zero point 10.
        y.Bytes.ToArray().ShouldBe(new byte[] { 11, 12, 13 });
    }

    [Fact]
    public void Concatenated_integers_take_the_scale_of_the_result()
    {
        var y = Run(new QLinearConcat(0), Two, Tensor.Scalar((byte)1), Bytes(3, 4, 6), One, Zero, Bytes(7), Two, Tensor.Scalar((byte)1));

        // 1.5, 2 and 3 steps, of which the first is a tie, and one that keeps its integer.
        y.Bytes.ToArray().ShouldBe(new byte[] { 3, 3, 4, 7 });
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_global_average_divides_by_the_number_of_pixels(bool channelsLast)
    {
        var x = channelsLast ? Tensor.Of<byte>([1, 2, 2, 2], 1, 10, 2, 20, 3, 30, 4, 40)
            : Tensor.Of<byte>([1, 2, 2, 2], 1, 2, 3, 4, 10, 20, 30, 40);
        var y = Run(new QLinearGlobalAveragePool(channelsLast), x, One, Tensor.Scalar((byte)1), One, Zero);

        // Means 2.5 and 25, less the zero point 1: the first is a tie.
        y.Bytes.ToArray().ShouldBe(new byte[] { 2, 24 });
    }

    [Fact]
    public void An_average_leaves_padding_out()
    {
        var window = new SlidingWindow([3], null, null, [1, 1], AutoPadding.None);
        var y = Run(new QLinearAveragePool(window, CountsPadding: false, ChannelsLast: false), Tensor.Of<byte>([1, 1, 3], 1, 2, 6), One,
            Zero, One, Zero);

        // 3/2 is a tie and goes to 2; 9/3; 8/2.
        y.Bytes.ToArray().ShouldBe(new byte[] { 2, 3, 4 });
    }

    [Fact]
    public void A_product_without_scale_of_the_result_gives_real_values()
    {
        var y = Run(new QGemm(1, false, true), Tensor.Of<byte>([1, 2], 3, 5), Half, Tensor.Scalar((byte)1),
            Tensor.Of<sbyte>([1, 2], 2, -1), Two, Tensor.Scalar((sbyte)0), Tensor.Of([1], 7));

        // (2 · 2 − 4 · 1 + 7) in steps of 0.5 · 2.
        y.Floats.ToArray().ShouldBe([7f]);
    }

    /// <summary>Both ways: as the operator stands in a graph, and with all that is known beforehand worked out.</summary>
    static Tensor Run(Operator op, params Tensor[] inputs)
    {
        var result = OperatorRun.Outputs(op, 1, inputs)[0];
        var prepared = op.PreparedFor([.. inputs.Select((input, index) => TensorInfo.Of(input))]);
        var again = new Tensor(result.Type, result.Shape);
        prepared.Run(inputs, [again]);
        again.Bytes.ToArray().ShouldBe(result.Bytes.ToArray());
        return result;
    }

    static Tensor Bytes(params byte[] values) => Tensor.Of<byte>([values.Length], values);
}
