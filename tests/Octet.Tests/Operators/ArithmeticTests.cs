using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Operators;

public sealed class ArithmeticTests
{
    [Fact]
    public void Integers_are_divided_without_their_fraction()
    {
        var y = OperatorRun.Newest("Div").RunOn(Tensor.Of([4], -7, 7, 7, int.MinValue), Tensor.Of([4], 2, -2, 2, -1))[0];

        y.Span<int>().ToArray().ShouldBe([-3, -3, 3, int.MinValue]);
    }

    [Fact]
    public void An_integer_divided_by_zero_is_the_models_mistake() =>
        Should.Throw<OperatorException>(() => OperatorRun.Newest("Div").RunOn(Tensor.Scalar(1L), Tensor.Scalar(0L)));

    [Fact]
    public void Operands_of_two_types_are_refused_before_the_run() =>
        Should.Throw<OperatorException>(() => OperatorRun.Newest("Add").RunOn(Tensor.Scalar(1L), Tensor.Scalar(1f))).Message.ShouldContain("float32");

    [Fact]
    public void Every_number_type_is_added()
    {
        OperatorRun.Newest("Add").RunOn(Tensor.Of<byte>([2], 250, 3), Tensor.Of<byte>([1], 10))[0].Span<byte>().ToArray().ShouldBe(new byte[] { 4, 13 });
        OperatorRun.Newest("Add").RunOn(Tensor.Of([2], 0.25, 3), Tensor.Of([1], 10.0))[0].Span<double>().ToArray().ShouldBe([10.25, 13]);
    }

    [Fact]
    public void Half_is_computed_in_float32()
    {
        var y = OperatorRun.Newest("Mul").RunOn(Tensor.Of([2], (Half)1.5f, (Half)(-3)), Tensor.Of([1], (Half)2))[0];

        y.Span<Half>().ToArray().ShouldBe([(Half)3, (Half)(-6)]);
    }

    [Fact]
    public void Powers_mix_types_and_keep_the_type_of_the_base()
    {
        OperatorRun.Newest("Pow").RunOn(Tensor.Of([3], 1f, 2, 3), Tensor.Vector(2))[0].Floats.ToArray().ShouldBe([1f, 4, 9]);
        OperatorRun.Newest("Pow").RunOn(Tensor.Of([3], 1L, 2, 3), Tensor.Of([3], 4f, 0.5f, 3))[0].Longs.ToArray().ShouldBe([1L, 1, 27]);
        OperatorRun.Newest("Pow").RunOn(Tensor.Of([2], 3L, -2), Tensor.Of([2], 39L, 63))[0].Longs.ToArray().ShouldBe([4052555153018976267, long.MinValue]);
        OperatorRun.Newest("Pow").RunOn(Tensor.Of([3], -2f, 4, 9), Tensor.Of([3], 3f, 0.5f, -1))[0].Floats.ToArray().ShouldBe([-8f, 2, 1f / 9]);
    }
}
