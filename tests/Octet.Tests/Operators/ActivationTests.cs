using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Operators;

public sealed class ActivationTests
{
    [Fact]
    public void Clip_takes_limits_as_inputs_and_either_may_be_left_out()
    {
        var x = Tensor.Of([4], -3f, 0, 3, float.NaN);

        OperatorRun.Newest("Clip").RunOn(x, Tensor.Scalar(-1f), Tensor.Scalar(1f))[0].Floats.ToArray().ShouldBe([-1f, 0, 1, float.NaN]);
        OperatorRun.Newest("Clip").RunOn(x, null, Tensor.Scalar(1f))[0].Floats.ToArray().ShouldBe([-3f, 0, 1, float.NaN]);
        OperatorRun.Newest("Clip").RunOn(x, Tensor.Scalar(0f))[0].Floats.ToArray().ShouldBe([0f, 0, 3, float.NaN]);
        OperatorRun.Newest("Clip").RunOn(Tensor.Of<sbyte>([2], -7, 7), Tensor.Scalar((sbyte)-2))[0].AsSpan<sbyte>().ToArray()
            .ShouldBe(new sbyte[] { -2, 7 });
    }

    [Fact]
    public void The_upper_limit_wins_where_the_limits_cross() =>
        OperatorRun.Newest("Clip").RunOn(Tensor.Of([3], -9f, 1, 9), Tensor.Scalar(2f), Tensor.Scalar(1f))[0].Floats.ToArray()
        .ShouldBe([1f, 1, 1]);

    [Fact]
    public void Clip_took_its_limits_from_attributes_before_opset_11()
    {
        var clip = OperatorRun.OfOpset("Clip", 10, new() { ["min"] = 0f, ["max"] = 6f });

        clip.OpType.ShouldBe("Clip");
        clip.RunOn(Tensor.Of([3], -1f, 3, 7))[0].Floats.ToArray().ShouldBe([0f, 3, 6]);
    }

    [Fact]
    public void Relu_takes_integers() =>
        OperatorRun.Newest("Relu").RunOn(Tensor.Of([3], -5, 0, 5))[0].AsSpan<int>().ToArray().ShouldBe([0, 0, 5]);

    [Theory, InlineData(7, DataType.Float32), InlineData(10, DataType.Bool), InlineData(22, DataType.Bool)]
    public void Dropout_keeps_everything(int opset, DataType maskType)
    {
        var x = Tensor.Of([3], 1f, 2, 3);

        var outputs = OperatorRun.OfOpset("Dropout", opset).RunOn(x);

        outputs[0].Floats.ToArray().ShouldBe([1f, 2, 3]);
        outputs[1].Type.ShouldBe(maskType);
        outputs[1].Bytes.ToArray().ShouldContain(b => b != 0);
    }

    [Fact]
    public void Dropout_in_training_mode_is_refused_unless_it_drops_nothing()
    {
        var (x, training) = (Tensor.Of([1], 1f), Tensor.Scalar(true));

        Should.Throw<OperatorException>(() => OperatorRun.Newest("Dropout").RunOn(x, Tensor.Scalar(0.5f), training));
        OperatorRun.Newest("Dropout").RunOn(x, Tensor.Scalar(0f), training)[0].Floats[0].ShouldBe(1f);
    }
}
