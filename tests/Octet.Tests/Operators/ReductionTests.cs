using Octet.Operators;
using Octet.Tensors;

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
        OperatorRun.OfOpset("ReduceMean", 13, new() { ["axes"] = new long[] { 1 } }).RunOn(Tensor.Of<float>([2, 0]))[0].Floats.ToArray().ShouldBe([float.NaN, float.NaN]);
}
