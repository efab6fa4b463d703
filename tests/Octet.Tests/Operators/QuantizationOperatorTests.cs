using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Operators;

public sealed class QuantizationOperatorTests
{
    [Fact]
    public void QuantizeLinear_gives_the_example_of_the_specification()
    {
        var y = OperatorRun.Newest("QuantizeLinear").RunOn(
            Tensor.Of([6], 0f, 2, 3, 1000, -254, -1000), Tensor.Scalar(2f), Tensor.Scalar((byte)128))[0];

        y.AsSpan<byte>().ToArray().ShouldBe([128, 129, 130, 255, 1, 0]);
    }

    [Fact]
    public void Ties_go_to_the_even_step_before_the_zero_point_is_added()
    {
        var y = OperatorRun.Newest("QuantizeLinear")
            .RunOn(Tensor.Of([5], 0.25f, 0.75f, -0.25f, -0.75f, 63.75f), Tensor.Scalar(0.5f), Tensor.Scalar((sbyte)1))[0];

        y.AsSpan<sbyte>().ToArray().ShouldBe(new sbyte[] { 1, 3, 1, -1, 127 });
    }

    [Fact]
    public void Without_a_zero_point_the_result_is_uint8_or_what_the_attribute_says()
    {
        var (x, scale) = (Tensor.Of([3], -3f, 0.6f, 300f), Tensor.Scalar(1f));

        OperatorRun.Newest("QuantizeLinear").RunOn(x, scale)[0].AsSpan<byte>().ToArray().ShouldBe(new byte[] { 0, 1, 255 });
        var short16 = OperatorRun.Newest("QuantizeLinear", new() { ["output_dtype"] = (long)DataType.Int16 }).RunOn(x, scale)[0];
        short16.AsSpan<short>().ToArray().ShouldBe(new short[] { -3, 1, 300 });
    }

    [Fact]
    public void Scales_along_an_axis_belong_to_its_indices()
    {
        var x = Tensor.Of<float>([2, 3, 2], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        var scales = Tensor.Of([3], 1f, 2f, 4f);
        var zeroPoints = Tensor.Of<byte>([3], 0, 10, 100);

        var y = OperatorRun.Newest("QuantizeLinear", new() { ["axis"] = -2L }).RunOn(x, scales, zeroPoints)[0];
        y.AsSpan<byte>().ToArray().ShouldBe(new byte[] { 1, 2, 12, 12, 101, 102, 7, 8, 14, 15, 103, 103 });

        var back = OperatorRun.Newest("DequantizeLinear", new() { ["axis"] = 1L }).RunOn(y, scales, zeroPoints)[0];
        back.Floats.ToArray().ShouldBe([1, 2, 4, 4, 4, 8, 7, 8, 8, 10, 12, 12]);
    }

    [Fact]
    public void Blocks_along_an_axis_have_scales_of_their_own()
    {
        var x = Tensor.Of<float>([2, 5], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        var scales = Tensor.Of<float>([2, 3], 1, 2, 5, 0.5f, 1, 2);
        var blocked = new Attributes { ["axis"] = 1L, ["block_size"] = 2L };

        var y = OperatorRun.Newest("QuantizeLinear", blocked).RunOn(x, scales, null)[0];
        y.AsSpan<byte>().ToArray().ShouldBe(new byte[] { 1, 2, 2, 2, 1, 12, 14, 8, 9, 5 });
        OperatorRun.Newest("DequantizeLinear", blocked).RunOn(y, scales)[0].Floats.ToArray().ShouldBe([1, 2, 4, 4, 5, 6, 7, 8, 9, 10]);
    }

    [Fact]
    public void Blocks_along_an_outer_axis_keep_neighbours_apart()
    {
        var x = Tensor.Of<float>([3, 2], 1, 2, 3, 4, 5, 6);
        var scales = Tensor.Of<float>([2, 2], 1, 2, 5, 3);

        var y = OperatorRun.Newest("QuantizeLinear", new() { ["axis"] = 0L, ["block_size"] = 2L }).RunOn(x, scales, null)[0];

        y.AsSpan<byte>().ToArray().ShouldBe(new byte[] { 1, 1, 3, 2, 1, 2 });
    }

    [Fact]
    public void A_block_may_be_larger_than_the_axis()
    {
        var y = OperatorRun.Newest("QuantizeLinear", new() { ["axis"] = 1L, ["block_size"] = (long)int.MaxValue })
            .RunOn(Tensor.Of<float>([2, 3], 1, 2, 3, 4, 5, 6), Tensor.Of<float>([2, 1], 1, 2), null)[0];

        y.AsSpan<byte>().ToArray().ShouldBe(new byte[] { 1, 2, 3, 2, 2, 3 });
    }

    [Fact]
    public void Scales_that_do_not_fit_are_refused_with_both_shapes()
    {
        var problem = Should.Throw<OperatorException>(() =>
            OperatorRun.Newest("QuantizeLinear").RunOn(Tensor.Of([2, 3], new float[6]), Tensor.Of([2], 1f, 1f)));

        problem.Message.ShouldContain("[2]");
        problem.Message.ShouldContain("[2, 3]");
    }

    [Fact]
    public void Int4_saturates_at_its_own_ends()
    {
        var y = OperatorRun.Newest("QuantizeLinear")
            .RunOn(Tensor.Of([4], -100f, -3, 3, 100), Tensor.Scalar(1f), new Tensor(DataType.Int4, []))[0];

        y.Type.ShouldBe(DataType.Int4);
        y.AsSpan<sbyte>().ToArray().ShouldBe(new sbyte[] { -8, -3, 3, 7 });
    }

    [Fact]
    public void Bias_of_int32_becomes_real()
    {
        var y = OperatorRun.Newest("DequantizeLinear").RunOn(Tensor.Of([2], -70000, 3), Tensor.Scalar(0.5f))[0];

        y.Floats.ToArray().ShouldBe([-35000f, 1.5f]);
    }
}
