using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class ComparisonTests
{
    [Theory]
    [InlineData("Less", new[] { true, false, false, false })]
    [InlineData("LessOrEqual", new[] { true, true, false, false })]
    [InlineData("Greater", new[] { false, false, true, false })]
    [InlineData("GreaterOrEqual", new[] { false, true, true, false })]
    [InlineData("Equal", new[] { false, true, false, false })]
    public void Pairs_compare_and_not_a_number_never_does(string opType, bool[] expected)
    {
        Bools(Output(opType, [], Floats([4], 1, 2, 3, float.NaN), Floats([4], 2, 2, 2, float.NaN))).ShouldBe(expected);
        Bools(Output(opType, [], Tensor.Of<byte>([3], 1, 200, 255), Tensor.Of<byte>([1], 200))).ShouldBe(expected[..3]);
    }

    [Fact]
    public void Bools_and_texts_are_equal_or_not()
    {
        Bools(Output("Equal", [], Tensor.Of([2], true, false), Tensor.Of([1], true))).ShouldBe([true, false]);
        Bools(Output("Equal", [], Tensor.OfStrings([2], ["cat", "Cat"]), Tensor.OfStrings([1], ["cat"]))).ShouldBe([true, false]);
    }

    [Fact]
    public void Where_broadcasts_all_three()
    {
        var y = Output("Where", [], Tensor.Of([2, 1], true, false), Floats([1, 3], 1, 2, 3), Tensor.Scalar(-1f));

        y.Shape.ShouldBe([2, 3]);
        y.Values().ShouldBe([1f, 2, 3, -1, -1, -1]);
    }

    [Fact]
    public void Where_chooses_elements_of_any_type()
    {
        var condition = Tensor.Of([2], false, true);

        Output("Where", [], condition, Tensor.Vector(1, 2), Tensor.Vector(3, 4)).Longs.ToArray().ShouldBe([3L, 2]);
        Output("Where", [], condition, Tensor.OfStrings([2], ["a", "b"]), Tensor.OfStrings([], ["c"])).Strings.ToArray()
            .ShouldBe(["c", "b"]);
        Bools(Output("Where", [], condition, Tensor.Of([1], true), Tensor.Of([1], false))).ShouldBe([false, true]);
        Output("Where", [], condition, Tensor.Of([1], Half.One), Tensor.Of([1], Half.Zero)).AsSpan<Half>().ToArray()
            .ShouldBe([Half.Zero, Half.One]);
    }

    [Fact]
    public void A_condition_must_be_bool() =>
        Should.Throw<OperatorException>(() => Output("Where", [], Floats([1], 1), Floats([1], 1), Floats([1], 2))).Message.ShouldContain(
            "float32");

    [Fact]
    public void Infinities_count_by_their_sign()
    {
        var x = Floats([4], float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1);

        Bools(Output("IsInf", [], x)).ShouldBe([true, true, false, false]);
        Bools(Output("IsInf", new() { ["detect_negative"] = 0L }, x)).ShouldBe([true, false, false, false]);
        Bools(Output("IsInf", new() { ["detect_positive"] = 0L }, Tensor.Of([2], Half.PositiveInfinity, Half.NegativeInfinity)))
            .ShouldBe([false, true]);
        Bools(Output("IsNaN", [], x)).ShouldBe([false, false, true, false]);
        Bools(Output("IsNaN", [], Tensor.Of([2], double.NaN, 0))).ShouldBe([true, false]);
    }

    static bool[] Bools(Tensor tensor) => tensor.AsSpan<bool>().ToArray();
}
