using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class GeneratorTests
{
    [Fact]
    public void Range_steps_up_and_down()
    {
        Output("Range", [], Tensor.Scalar(1f), Tensor.Scalar(5f), Tensor.Scalar(2f)).ShouldBe([2], 1, 3);
        Output("Range", [], Tensor.Scalar(10L), Tensor.Scalar(6L), Tensor.Scalar(-3L)).Longs.ToArray().ShouldBe([10L, 7]);
        Output("Range", [], Tensor.Scalar(1), Tensor.Scalar(1), Tensor.Scalar(1)).Shape.ShouldBe([0]);
        Output("Range", [], Tensor.Scalar(0f), Tensor.Scalar(1f), Tensor.Scalar(0.1f)).Length.ShouldBe(10);
        Output("Range", [], Tensor.Scalar(long.MaxValue - 1), Tensor.Scalar(long.MaxValue), Tensor.Scalar(1L)).Longs.ToArray()
            .ShouldBe([long.MaxValue - 1]);
    }

    [Fact]
    public void Ranges_without_end_are_refused()
    {
        Should.Throw<OperatorException>(() => Output("Range", [], Tensor.Scalar(1f), Tensor.Scalar(5f), Tensor.Scalar(0f)));
        Should.Throw<OperatorException>(() => Output("Range", [], Tensor.Scalar(1L), Tensor.Scalar(5L), Tensor.Scalar(0L)));
        Should.Throw<OperatorException>(() => Output("Range", [], Tensor.Scalar(float.NaN), Tensor.Scalar(5f), Tensor.Scalar(1f)));
        Should.Throw<ShapeException>(() => Output("Range", [], Tensor.Scalar(0f), Tensor.Scalar(float.MaxValue), Tensor.Scalar(1f)));
        Should.Throw<ShapeException>(
            () => Output("Range", [], Tensor.Scalar(long.MinValue), Tensor.Scalar(long.MaxValue), Tensor.Scalar(1L)));
        Should.Throw<ShapeException>(() => Output("Range", [], Longs(1, 2), Longs(3), Longs(1)));
        Should.Throw<OperatorException>(() => Output("Range", [], Tensor.Scalar(0f), Tensor.Scalar(1L), Tensor.Scalar(1L)));
    }

    [Fact]
    public void EyeLike_has_ones_on_a_diagonal()
    {
        Output("EyeLike", [], Range([2, 3])).ShouldBe([2, 3], 1, 0, 0, 0, 1, 0);
        Output("EyeLike", new() { ["k"] = 1L }, Range([2, 3])).ShouldBe([2, 3], 0, 1, 0, 0, 0, 1);
        Output("EyeLike", new() { ["k"] = -1L }, Range([2, 3])).ShouldBe([2, 3], 0, 0, 0, 1, 0, 0);
        Output("EyeLike", new() { ["k"] = long.MinValue }, Range([2, 3])).ShouldBe([2, 3], 0, 0, 0, 0, 0, 0);
        Output("EyeLike", new() { ["dtype"] = (long)DataType.Int64 }, Range([1, 1])).Longs.ToArray().ShouldBe([1L]);
        Output("EyeLike", new() { ["dtype"] = (long)DataType.BFloat16 },
            Range([1, 1])).AsSpan<ushort>().ToArray().ShouldBe([(ushort)0x3F80]);
        Should.Throw<ShapeException>(() => Output("EyeLike", [], Range([2])));
        Should.Throw<AttributeException>(() => Output("EyeLike", new() { ["dtype"] = 999L }, Range([1, 1])));
    }
}
