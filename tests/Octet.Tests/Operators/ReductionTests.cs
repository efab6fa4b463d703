using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class ReductionTests
{
    static readonly Tensor Counting = Tensor.Of([2, 3, 4], [.. Enumerable.Range(0, 24).Select(i => (float)i)]);

    [Fact]
    public void Axes_are_an_attribute_or_an_input()
    {
        var old = OperatorRun.OfOpset("ReduceMean", 13, new() { ["axes"] = new long[] { 1, -1 } }).RunOn(Counting)[0];
        var current = OperatorRun.OfOpset("ReduceMean", 18, new() { ["keepdims"] = 0L }).RunOn(Counting, Tensor.Vector(1, -1))[0];

        old.Shape.ShouldBe([2, 1, 1]);
        current.Shape.ShouldBe([2]);
        old.Floats.ToArray().ShouldBe([5.5f, 17.5f]);
        current.Floats.ToArray().ShouldBe([5.5f, 17.5f]);
    }

    [Fact]
    public void The_outer_axes_are_reduced_too() =>
        OperatorRun.OfOpset("ReduceMean", 13, new() { ["axes"] = new long[] { 0, 1 }, ["keepdims"] = 0L }).RunOn(Counting)[0]
            .Floats.ToArray().ShouldBe([10f, 11, 12, 13]);

    [Fact]
    public void No_axes_mean_all_of_them_or_none()
    {
        OperatorRun.OfOpset("ReduceMean", 18).RunOn(Counting)[0].Shape.ShouldBe([1, 1, 1]);
        OperatorRun.OfOpset("ReduceMean", 18, new() { ["keepdims"] = 0L }).RunOn(Counting)[0].Floats.ToArray().ShouldBe([11.5f]);
        OperatorRun.OfOpset("ReduceMean", 18, new() { ["noop_with_empty_axes"] = 1L }).RunOn(Counting, Tensor.Vector())[0]
            .Floats.ToArray().ShouldBe(Counting.Floats.ToArray());
    }

    [Fact]
    public void The_shape_is_open_while_the_axes_are() =>
        OperatorRun.OfOpset("ReduceMean", 18).Infer([TensorInfo.Of(Counting), new(DataType.Int64, [1])])[0].Shape.IsKnown.ShouldBeFalse();

    [Fact]
    public void A_row_is_summed_at_every_length_around_the_vector_width()
    {
        for (var length = 1; length <= 257; length++)
        {
            var x = Enumerable.Range(0, 2 * length).Select(i => (i * 37 % 101) - 50f).ToArray();

            var y = OperatorRun.OfOpset("ReduceMean", 13, new() { ["axes"] = new long[] { 1 } }).RunOn(Tensor.Of([2, length], x))[0];

            y.Floats.ToArray().ShouldBe([x[..length].Sum() / length, x[length..].Sum() / length], customMessage: $"length {length}");
        }
    }

    [Fact]
    public void The_mean_of_nothing_is_not_a_number() =>
        OperatorRun.OfOpset("ReduceMean", 13, new() { ["axes"] = new long[] { 1 } }).RunOn(Tensor.Of<float>([2, 0]))[0].Floats.ToArray()
        .ShouldBe([float.NaN, float.NaN]);

    [Theory]
    [InlineData("ReduceSum", new[] { 2f, -15 })]
    [InlineData("ReduceMean", new[] { 2f / 3, -5 })]
    [InlineData("ReduceMax", new[] { 3f, -4 })]
    [InlineData("ReduceMin", new[] { -2f, -6 })]
    [InlineData("ReduceProd", new[] { -6f, -120 })]
    [InlineData("ReduceL1", new[] { 6f, 15 })]
    [InlineData("ReduceL2", new[] { 3.7416575f, 8.774964f })]
    [InlineData("ReduceSumSquare", new[] { 14f, 77 })]
    [InlineData("ReduceLogSumExp", new[] { 3.132845f, -3.592394f })]
    public void Rows_and_columns_become_one(string opType, float[] expected)
    {
        var rows = Output(opType, new() { ["keepdims"] = 0L }, Floats([2, 3], 1, -2, 3, -4, -5, -6), Tensor.Vector(1));
        var columns = Output(opType, [], Floats([3, 2], 1, -4, -2, -5, 3, -6), Tensor.Vector(0));
        var wide = OperatorRun.Newest(opType).RunOn(Tensor.Of([3, 2], 1.0, -4, -2, -5, 3, -6), Tensor.Vector(0))[0];

        columns.Shape.ShouldBe([1, 2]);
        for (var i = 0; i < expected.Length; i++)
        {
            rows.Floats[i].ShouldBe(expected[i], 1e-5);
            columns.Floats[i].ShouldBe(expected[i], 1e-5);
            wide.AsSpan<double>()[i].ShouldBe(expected[i], 1e-5);
        }
    }

    [Theory]
    [InlineData("ReduceSum", 0f)]
    [InlineData("ReduceProd", 1f)]
    [InlineData("ReduceMax", float.NegativeInfinity)]
    [InlineData("ReduceMin", float.PositiveInfinity)]
    [InlineData("ReduceLogSum", float.NegativeInfinity)]
    [InlineData("ReduceLogSumExp", float.NegativeInfinity)]
    public void Of_nothing_comes_what_changes_no_other_result(string opType, float expected) =>
        Output(opType, [], Floats([2, 0]), Tensor.Vector(1)).Values().ShouldBe([expected, expected]);

    [Fact]
    public void Integers_have_their_own_ends()
    {
        Output("ReduceMax", [], new Tensor(DataType.Int8, [0]), Tensor.Vector(0)).AsSpan<sbyte>()[0].ShouldBe(sbyte.MinValue);
        Output("ReduceMean", [], Tensor.Vector(1, 2, 4), Tensor.Vector(0)).Longs[0].ShouldBe(2);
    }

    [Fact]
    public void Bools_ask_whether_any_or_all_are_true()
    {
        var x = Tensor.Of([2, 2], true, false, true, true);

        Output("ReduceMax", new() { ["keepdims"] = 0L }, x, Tensor.Vector(1)).AsSpan<bool>().ToArray().ShouldBe([true, true]);
        Output("ReduceMin", new() { ["keepdims"] = 0L }, x, Tensor.Vector(1)).AsSpan<bool>().ToArray().ShouldBe([false, true]);
    }

    [Fact]
    public void Not_a_number_is_the_extreme_of_its_row() =>
        Output("ReduceMax", [], Floats([1, 40], [.. Enumerable.Range(0, 40).Select(i => i == 21 ? float.NaN : i)]), Tensor.Vector(1))
        .Values().ShouldBe([float.NaN]);

    [Fact]
    public void The_logarithm_of_a_negative_sum_is_none() =>
        Output("ReduceLogSum", [], Floats([2, 2], 1, 2, 1, -2), Tensor.Vector(1)).Values().ShouldBe([1.0986123f, float.NaN]);

    [Fact]
    public void Exponentials_do_not_overflow() =>
        Output("ReduceLogSumExp", [], Floats([2], 1000, 1000), Tensor.Vector(0)).ShouldBeClose(1000.6931f);

    [Fact]
    public void Nothing_reduced_still_squares() =>
        Output("ReduceSumSquare", new() { ["noop_with_empty_axes"] = 1L }, Floats([2], 3, -4)).Values().ShouldBe([9f, 16]);

    [Fact]
    public void Any_pattern_of_axes_agrees_with_the_definition()
    {
        var x = OperatorRun.Random(new Random(5), [2, 3, 4, 5]);
        for (var pattern = 1; pattern < 16; pattern++)
        {
            var axes = Enumerable.Range(0, 4).Where(axis => (pattern >> axis & 1) != 0).Select(axis => (long)axis).ToArray();

            var y = Output("ReduceSum", [], x, Tensor.Vector(axes));

            var expected = new double[y.Length];
            for (var i = 0; i < x.Length; i++)
            {
                var at = 0;
                for (var axis = 0; axis < 4; axis++)
                    at = at * y.Shape[axis] + i / x.Shape.LengthOf(axis + 1, 4) % x.Shape[axis] % y.Shape[axis];
                expected[at] += x.Floats[i];
            }
            y.ShouldBeClose([.. expected.Select(sum => (float)sum)]);
        }
    }

    [Fact]
    public void The_place_of_the_extreme_is_found()
    {
        var x = Floats([2, 3], 2, 7, 7, 5, 4, 5);

        Output("ArgMax", new() { ["axis"] = 1L }, x).Longs.ToArray().ShouldBe([1L, 0]);
        Output("ArgMax", new() { ["axis"] = -1L, ["select_last_index"] = 1L, ["keepdims"] = 0L }, x).Longs.ToArray().ShouldBe([2L, 2]);
        var outer = Output("ArgMin", [], x);
        outer.Shape.ShouldBe([1, 3]);
        outer.Longs.ToArray().ShouldBe([0L, 1, 1]);
        Output("ArgMax", [], Floats([3], 1, float.NaN, 3)).Longs.ToArray().ShouldBe([1L]);
        Refusal("ArgMax", new() { ["axis"] = 1L }, [2, 0]).ShouldContain("[2, 0]");
    }
}
