using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class ArithmeticTests
{
    [Fact]
    public void Integers_are_divided_without_their_fraction()
    {
        var y = OperatorRun.Newest("Div").RunOn(Tensor.Of([4], -7, 7, 7, int.MinValue), Tensor.Of([4], 2, -2, 2, -1))[0];

        y.AsSpan<int>().ToArray().ShouldBe([-3, -3, 3, int.MinValue]);
    }

    [Fact]
    public void An_integer_divided_by_zero_is_the_models_mistake() =>
        Should.Throw<OperatorException>(() => OperatorRun.Newest("Div").RunOn(Tensor.Scalar(1L), Tensor.Scalar(0L)));

    [Fact]
    public void Operands_of_two_types_are_refused_before_the_run() =>
        Should.Throw<OperatorException>(() => OperatorRun.Newest("Add").RunOn(Tensor.Scalar(1L), Tensor.Scalar(1f))).Message.ShouldContain(
            "float32");

    [Fact]
    public void Every_number_type_is_added()
    {
        OperatorRun.Newest("Add").RunOn(Tensor.Of<byte>([2], 250, 3), Tensor.Of<byte>([1], 10))[0].AsSpan<byte>().ToArray()
            .ShouldBe(new byte[] { 4, 13 });
        OperatorRun.Newest("Add").RunOn(Tensor.Of([2], 0.25, 3), Tensor.Of([1], 10.0))[0].AsSpan<double>().ToArray().ShouldBe([10.25, 13]);
    }

    [Fact]
    public void Half_is_computed_in_float32()
    {
        var y = OperatorRun.Newest("Mul").RunOn(Tensor.Of([2], (Half)1.5f, (Half)(-3)), Tensor.Of([1], (Half)2))[0];

        y.AsSpan<Half>().ToArray().ShouldBe([(Half)3, (Half)(-6)]);
    }

    [Fact]
    public void Powers_mix_types_and_keep_the_type_of_the_base()
    {
        OperatorRun.Newest("Pow").RunOn(Tensor.Of([3], 1f, 2, 3), Tensor.Vector(2))[0].Floats.ToArray().ShouldBe([1f, 4, 9]);
        OperatorRun.Newest("Pow").RunOn(Tensor.Of([3], 1L, 2, 3), Tensor.Of([3], 4f, 0.5f, 3))[0].Longs.ToArray().ShouldBe([1L, 1, 27]);
        OperatorRun.Newest("Pow").RunOn(Tensor.Of([2], 3L, -2), Tensor.Of([2], 39L, 63))[0].Longs.ToArray()
            .ShouldBe([4052555153018976267, long.MinValue]);
        OperatorRun.Newest("Pow").RunOn(Tensor.Of([3], -2f, 4, 9), Tensor.Of([3], 3f, 0.5f, -1))[0].Floats.ToArray()
            .ShouldBe([-8f, 2, 1f / 9]);
    }

    [Fact]
    public void Remainders_take_the_sign_of_the_divisor_or_of_the_dividend()
    {
        var (x, y) = (Tensor.Of([6], -4, 7, 5, 4, -7, 8), Tensor.Of([6], 2, -3, 8, -2, 3, 5));

        Output("Mod", [], x, y).AsSpan<int>().ToArray().ShouldBe([0, -2, 5, 0, 2, 3]);
        Output("Mod", new() { ["fmod"] = 1L }, x, y).AsSpan<int>().ToArray().ShouldBe([0, 1, 5, 0, -1, 3]);
        Output("Mod", new() { ["fmod"] = 1L }, Floats([2], -4.3f, 7.2f), Floats([2], 2.1f, -3.4f)).ShouldBeClose(-0.1f, 0.4f);
        Output("Mod", [], Tensor.Scalar(int.MinValue), Tensor.Scalar(-1)).AsSpan<int>()[0].ShouldBe(0);
        Should.Throw<OperatorException>(() => Output("Mod", [], Tensor.Scalar(1), Tensor.Scalar(0)));
    }

    [Fact]
    public void Any_number_of_inputs_is_joined()
    {
        Tensor[] inputs = [Floats([3], 1, 5, 3), Floats([1], 2), Floats([2, 1], 3, 4)];

        Output("Max", [], inputs).Values().ShouldBe([3f, 5, 3, 4, 5, 4]);
        Output("Min", [], inputs).Values().ShouldBe([1f, 2, 2, 1, 2, 2]);
        Output("Sum", [], inputs).Values().ShouldBe([6f, 10, 8, 7, 11, 9]);
        Output("Mean", [], inputs).ShouldBeClose(2f, 10f / 3, 8f / 3, 7f / 3, 11f / 3, 3);
        Output("Max", [], Tensor.Vector(4, 9)).Longs.ToArray().ShouldBe([4L, 9]);
        Should.Throw<OperatorException>(() => Output("Sum", []));
    }

    [Fact]
    public void Extremes_of_not_a_number_are_none()
    {
        Output("Max", [], Floats([3], float.NaN, 1, 0), Floats([3], 1, float.NaN, 2)).Values().ShouldBe([float.NaN, float.NaN, 2]);
        Output("Min", [], Floats([3], float.NaN, 1, 0), Floats([3], 1, float.NaN, 2)).Values().ShouldBe([float.NaN, float.NaN, 0]);
    }

    [Fact]
    public void Signs_and_magnitudes_exist_for_every_number_type()
    {
        Output("Abs", [], Tensor.Of<sbyte>([3], -128, -5, 5)).AsSpan<sbyte>().ToArray().ShouldBe(new sbyte[] { -128, 5, 5 });
        Output("Neg", [], Floats([2], -1, 0.5f)).Values().ShouldBe([1f, -0.5f]);
        Output("Neg", [], Tensor.Vector(3)).Longs[0].ShouldBe(-3);
        Output("Sign", [], Floats([4], -3, 0, 2, float.NaN)).Values().ShouldBe([-1f, 0, 1, float.NaN]);
        Output("Sign", [], Tensor.Of<byte>([2], 0, 200)).AsSpan<byte>().ToArray().ShouldBe(new byte[] { 0, 1 });
    }

    [Fact]
    public void Halves_are_rounded_to_even() =>
        Output("Round", [], Floats([5], 0.5f, 1.5f, 2.5f, -0.5f, -1.5f)).Values().ShouldBe([0f, 2, 2, -0f, -2]);

    [Fact]
    public void Bits_are_joined_and_moved()
    {
        var (x, y) = (Tensor.Of<ushort>([2], 0b1100, 0xFFFF), Tensor.Of<ushort>([1], 0b1010));

        Output("BitwiseAnd", [], x, y).AsSpan<ushort>().ToArray().ShouldBe(new ushort[] { 0b1000, 0b1010 });
        Output("BitwiseOr", [], x, y).AsSpan<ushort>().ToArray().ShouldBe(new ushort[] { 0b1110, 0xFFFF });
        Output("BitwiseXor", [], x, y).AsSpan<ushort>().ToArray().ShouldBe(new ushort[] { 0b0110, 0xFFF5 });
        Output("BitwiseNot", [], Tensor.Of([1], 5)).AsSpan<int>()[0].ShouldBe(-6);
        Output("BitShift", new() { ["direction"] = "LEFT" }, Tensor.Of<byte>([3], 3, 255, 1), Tensor.Of<byte>([3], 1, 4, 8)).AsSpan<byte>()
            .ToArray().ShouldBe(new byte[] { 6, 240, 0 });
        Output("BitShift", new() { ["direction"] = "RIGHT" }, Tensor.Of<ulong>([1], 1UL << 63),
            Tensor.Of<ulong>([1], 63)).AsSpan<ulong>()[0]
            .ShouldBe(1UL);
        Should.Throw<AttributeException>(() => Newest("BitShift", new() { ["direction"] = "UP" })).Message.ShouldContain("UP");
        Should.Throw<OperatorException>(() => Output("BitwiseAnd", [], Floats([1], 1), Floats([1], 1)));
    }

    [Fact]
    public void Bools_are_joined()
    {
        var (x, y) = (Tensor.Of([4], false, false, true, true), Tensor.Of([4], false, true, false, true));

        Output("And", [], x, y).AsSpan<bool>().ToArray().ShouldBe([false, false, false, true]);
        Output("Or", [], x, y).AsSpan<bool>().ToArray().ShouldBe([false, true, true, true]);
        Output("Xor", [], x, y).AsSpan<bool>().ToArray().ShouldBe([false, true, true, false]);
        Output("Not", [], x).AsSpan<bool>().ToArray().ShouldBe([true, true, false, false]);
    }

    [Theory]
    [InlineData(0L, 0L, new[] { 1f, 3, 6, 4, 9, 15 })]
    [InlineData(1L, 0L, new[] { 0f, 1, 3, 0, 4, 9 })]
    [InlineData(0L, 1L, new[] { 6f, 5, 3, 15, 11, 6 })]
    [InlineData(1L, 1L, new[] { 5f, 3, 0, 11, 6, 0 })]
    public void Sums_run_along_an_axis(long exclusive, long reverse, float[] expected) =>
        Output("CumSum", new() { ["exclusive"] = exclusive, ["reverse"] = reverse }, Floats([2, 3], 1, 2, 3, 4, 5, 6), Tensor.Scalar(-1L))
        .Values().ShouldBe(expected);

    [Fact]
    public void Sums_run_along_an_outer_axis_too() =>
        Output("CumSum", [], Tensor.Of([2, 3], 1, 2, 3, 4, 5, 6), Tensor.Of([1], 0)).AsSpan<int>().ToArray().ShouldBe([1, 2, 3, 5, 7, 9]);

    [Fact]
    public void Products_run_along_an_axis()
    {
        OfOpset("CumProd", 26).RunOn(Floats([2, 3], 1, 2, 3, 4, 5, 6), Tensor.Scalar(1L))[0].Values().ShouldBe([1f, 2, 6, 4, 20, 120]);
        OfOpset("CumProd", 26, new() { ["exclusive"] = 1L, ["reverse"] = 1L }).RunOn(Floats([3], 2, 3, 4), Tensor.Scalar(0L))[0].Values()
            .ShouldBe([12f, 4, 1]);
    }

    [Fact]
    public void Determinants_of_square_matrices()
    {
        Output("Det", [], Floats([2, 2], 0, 1, 2, 3)).Values().ShouldBe([-2f]);
        var many = Output("Det", [], Floats([2, 3, 3], 2, 0, 0, 0, 3, 0, 0, 0, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9));
        many.Shape.ShouldBe([2]);
        many.ShouldBeClose(24, 0);
        Refusal("Det", [], [2, 3]).ShouldContain("[2, 3]");
    }

    [Fact]
    public void Tensors_without_elements_stay_so()
    {
        Output("Add", [], Floats([0, 3]), Floats([3], 1, 2, 3)).Shape.ShouldBe([0, 3]);
        Output("Exp", [], Floats([2, 0])).Length.ShouldBe(0);
        Output("CumSum", [], Floats([0, 3]), Tensor.Scalar(1L)).Length.ShouldBe(0);
        Output("CumSum", [], Floats([3, 0]), Tensor.Scalar(0L)).Length.ShouldBe(0);
    }
}
