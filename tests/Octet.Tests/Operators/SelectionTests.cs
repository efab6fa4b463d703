using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class SelectionTests
{
    [Theory]
    [InlineData(1L, new float[] { 5, 4, 4 }, new long[] { 1, 2, 3 })]
    [InlineData(0L, new float[] { 1, 3, 4 }, new long[] { 0, 4, 2 })]
    public void TopK_orders_values_and_keeps_ties_in_place(long largest, float[] values, long[] indices)
    {
        var outputs = Outputs("TopK", 11, new() { OutputCount = 2, ["largest"] = largest }, Floats([5], 1, 5, 4, 4, 3), Longs(3));

        outputs[0].ShouldBe([3], values);
        outputs[1].Longs.ToArray().ShouldBe(indices);
    }

    [Fact]
    public void TopK_looks_along_any_axis_of_any_type()
    {
        Outputs("TopK", 1, new() { OutputCount = 2, ["axis"] = 0L, ["k"] = 1L }, Floats([2, 2], 1, 5, 4, 3))[0].ShouldBe([1, 2], 4, 5);
        Outputs("TopK", 11, new() { OutputCount = 2 }, Tensor.Of<ulong>([3], 1, ulong.MaxValue, 2), Longs(2))[0].AsSpan<ulong>().ToArray()
            .ShouldBe([ulong.MaxValue, 2ul]);
        Outputs("TopK", 11, new() { OutputCount = 2 }, Floats([3], 1, float.NaN, 2), Longs(2))[1].Longs.ToArray().ShouldBe([1L, 2]);
        Outputs("TopK", 11, new() { OutputCount = 2 }, Range([3]), Longs(0))[0].ShouldBe([0]);
        Should.Throw<ShapeException>(() => Outputs("TopK", 11, new() { OutputCount = 2 }, Range([3]), Longs(4)));
        Should.Throw<ShapeException>(() => Outputs("TopK", 11, new() { OutputCount = 2 }, Range([3]), Longs(-1)));
    }

    [Fact]
    public void TopK_equals_sorting()
    {
        var random = new Random(3);
        for (var round = 0; round < 100; round++)
        {
            var x = Enumerable.Range(0, random.Next(1, 60)).Select(_ => (float)random.Next(20)).ToArray();
            var count = random.Next(x.Length + 1);
            var expected = Enumerable.Range(0, x.Length).OrderByDescending(i => x[i]).Take(count).Select(i => (long)i);

            Outputs("TopK", 11, new() { OutputCount = 2 }, Floats([x.Length], x), Longs(count))[1].Longs.ToArray().ShouldBe(expected);
        }
    }

    [Fact]
    public void NonZero_lists_coordinates()
    {
        Output("NonZero", [], Floats([2, 2], 1, 0, 0, -2)).Longs.ToArray().ShouldBe([0L, 1, 0, 1]);
        Output("NonZero", [], Tensor.Of<bool>([3], true, false, true)).Longs.ToArray().ShouldBe([0L, 2]);
        Output("NonZero", [], Range([0, 2])).Shape.ShouldBe([2, 0]);
        Output("NonZero", [], Tensor.Scalar(5f)).Shape.ShouldBe([0, 1]);
        Output("NonZero", [], Tensor.Of<Half>([3], (Half)(-0f), (Half)1, (Half)0)).Longs.ToArray().ShouldBe([1L]);
    }

    [Fact]
    public void OneHot_marks_the_place_of_each_index()
    {
        var values = Floats([2], 5, 6);

        Output("OneHot", [], Longs(1, -1, 7), Tensor.Scalar(3L), values).ShouldBe([3, 3], 5, 6, 5, 5, 5, 6, 5, 5, 5);
        Output("OneHot", new() { ["axis"] = 0L }, Longs(1, 0), Tensor.Scalar(2f), values).ShouldBe([2, 2], 5, 6, 6, 5);
        Should.Throw<ShapeException>(() => Output("OneHot", [], Longs(1), Tensor.Scalar(-3L), values));
        Should.Throw<ShapeException>(() => Output("OneHot", [], Longs(1), Tensor.Scalar(3L), Range([3])));
        Should.Throw<ShapeException>(() => Output("OneHot", [], Longs(1, 1, 1, 1), Tensor.Scalar((long)int.MaxValue), values));
    }

    [Fact]
    public void Unique_finds_different_elements()
    {
        var outputs = Outputs("Unique", 11, new() { OutputCount = 4 }, Floats([6], 2, 1, 1, 3, 4, 3));

        outputs[0].ShouldBe([4], 1, 2, 3, 4);
        outputs[1].Longs.ToArray().ShouldBe([1L, 0, 3, 4]);
        outputs[2].Longs.ToArray().ShouldBe([1L, 0, 0, 2, 3, 2]);
        outputs[3].Longs.ToArray().ShouldBe([2L, 1, 2, 1]);
    }

    [Fact]
    public void Unique_may_keep_the_order_of_the_input()
    {
        var outputs = Outputs("Unique", 11, new() { OutputCount = 4, ["sorted"] = 0L }, Floats([6], 2, 1, 1, 3, 4, 3));

        outputs[0].ShouldBe([4], 2, 1, 3, 4);
        outputs[1].Longs.ToArray().ShouldBe([0L, 1, 3, 4]);
        outputs[2].Longs.ToArray().ShouldBe([0L, 1, 1, 2, 3, 2]);
        outputs[3].Longs.ToArray().ShouldBe([1L, 2, 2, 1]);
    }

    [Fact]
    public void Unique_compares_slices_strings_and_numbers_that_are_none()
    {
        Outputs("Unique", 11, new() { ["axis"] = 0L }, Floats([3, 2], 1, 0, 1, 0, 0, 3))[0].ShouldBe([2, 2], 0, 3, 1, 0);
        Outputs("Unique", 11, new() { ["axis"] = 1L }, Floats([2, 3], 1, 0, 1, 5, 5, 5))[0].ShouldBe([2, 2], 0, 1, 5, 5);
        Outputs("Unique", 11, [], Tensor.OfStrings([3], ["b", "a", "b"]))[0].Strings.ToArray().ShouldBe(["a", "b"]);
        Outputs("Unique", 11, [], Tensor.Of<bool>([3], true, true, false))[0].AsSpan<bool>().ToArray().ShouldBe([false, true]);
        Outputs("Unique", 11, [], Tensor.Of<Half>([3], (Half)2, (Half)1, (Half)2))[0].AsSpan<Half>().ToArray().ShouldBe([(Half)1, (Half)2]);
        Outputs("Unique", 11, [], Floats([3], float.NaN, 1, float.NaN))[0].Length.ShouldBe(2);
        Outputs("Unique", 11, [], Range([0]))[0].ShouldBe([0]);
    }

    [Fact]
    public void NonMaxSuppression_keeps_the_best_of_boxes_that_overlap()
    {
        // Source: the boxes of the ONNX backend test nonmaxsuppression_suppress_by_IOU_and_scores.
        var boxes = Floats([1, 6, 4], 0, 0, 1, 1, 0, 0.1f, 1, 1.1f, 0, -0.1f, 1, 0.9f, 0, 10, 1, 11, 0, 10.1f, 1, 11.1f, 0, 100, 1, 101);
        var scores = Floats([1, 1, 6], 0.9f, 0.75f, 0.6f, 0.95f, 0.5f, 0.3f);

        Output("NonMaxSuppression", [], boxes, scores, Longs(3), Floats([1], 0.5f), Floats([1], 0.4f)).Longs.ToArray()
            .ShouldBe([0L, 0, 3, 0, 0, 0]);
        Output("NonMaxSuppression", [], boxes, scores, Longs(1), Floats([1], 0.5f)).Longs.ToArray().ShouldBe([0L, 0, 3]);
        Output("NonMaxSuppression", [], boxes, scores).Shape.ShouldBe([0, 3]);
    }

    [Fact]
    public void NonMaxSuppression_takes_centers_and_refuses_nonsense()
    {
        var boxes = Floats([1, 2, 4], 0.5f, 0.5f, 1, 1, 0.5f, 0.6f, 1, 1);
        var scores = Floats([1, 1, 2], 0.9f, 0.95f);

        Output("NonMaxSuppression", new() { ["center_point_box"] = 1L }, boxes, scores, Longs(5), Floats([1], 0.5f)).Longs.ToArray()
            .ShouldBe([0L, 0, 1]);
        Should.Throw<OperatorException>(() => Output("NonMaxSuppression", [], boxes, scores, Longs(5), Floats([1], 1.5f)));
        Should.Throw<ShapeException>(() => Output("NonMaxSuppression", [], boxes, Floats([1, 1, 3], 1, 1, 1)));
    }
}
