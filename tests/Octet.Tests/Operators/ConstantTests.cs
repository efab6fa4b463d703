using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class ConstantTests
{
    [Fact]
    public void A_constant_is_given_in_many_forms()
    {
        Output("Constant", new() { ["value"] = Floats([2], 1, 2) }).ShouldBe([2], 1, 2);
        Output("Constant", new() { ["value_float"] = 1.5f }).ShouldBe([], 1.5f);
        Output("Constant", new() { ["value_floats"] = new[] { 1f, 2f } }).ShouldBe([2], 1, 2);
        Output("Constant", new() { ["value_int"] = 3L }).Longs.ToArray().ShouldBe([3]);
        Output("Constant", new() { ["value_ints"] = new[] { 3L, 4L } }).Longs.ToArray().ShouldBe([3, 4]);
        Output("Constant", new() { ["value_string"] = "a" }).Strings.ToArray().ShouldBe(["a"]);
        Output("Constant", new() { ["value_strings"] = new[] { "a", "b" } }).Strings.ToArray().ShouldBe(["a", "b"]);
        Should.Throw<AttributeException>(() => Output("Constant", [])).Message.ShouldContain("value");
    }

    [Fact]
    public void ConstantOfShape_fills_a_shape()
    {
        Output("ConstantOfShape", [], Longs(2, 2)).ShouldBe([2, 2], 0, 0, 0, 0);
        Output("ConstantOfShape", new() { ["value"] = Longs(7) }, Longs(3)).Longs.ToArray().ShouldBe([7, 7, 7]);
        Output("ConstantOfShape", [], Longs()).ShouldBe([], 0);
        Output("ConstantOfShape", [], Longs(0, 5)).ShouldBe([0, 5]);
    }

    [Theory]
    [InlineData(new long[] { -1 })]
    [InlineData(new long[] { 1L << 40 })]
    [InlineData(new long[] { 1 << 20, 1 << 20 })]
    public void ConstantOfShape_refuses_what_is_no_shape(long[] extents) =>
        Should.Throw<ShapeException>(() => Output("ConstantOfShape", [], Longs(extents)));
}
