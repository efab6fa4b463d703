using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class IndexingTests
{
    [Fact]
    public void GatherElements_replaces_one_coordinate()
    {
        var indices = Tensor.Of<long>([2, 2], 0, 0, 1, -2);

        Output("GatherElements", new() { ["axis"] = 1L }, Floats([2, 2], 1, 2, 3, 4), indices).ShouldBe([2, 2], 1, 1, 4, 3);
        Output("GatherElements", [], Range([3, 2]), Tensor.Of<int>([1, 2], 2, 1)).ShouldBe([1, 2], 4, 3);
    }

    [Fact]
    public void Indices_may_be_shorter_than_the_data_along_other_axes()
    {
        Output("GatherElements", new() { ["axis"] = 1L }, Range([3, 3]), Tensor.Of<long>([2, 1], 2, 0)).ShouldBe([2, 1], 2, 3);
        Output("ScatterElements", new() { ["axis"] = 1L }, Range([3, 3]), Tensor.Of<long>([2, 1], 2, 0), Floats([2, 1], 10, 11))
            .ShouldBe([3, 3], 0, 1, 10, 11, 4, 5, 6, 7, 8);
    }

    [Fact]
    public void GatherND_follows_tuples()
    {
        var data = Range([2, 2, 2]);

        Output("GatherND", [], data, Tensor.Of<long>([2, 3], 0, 0, 1, -1, -1, -1)).ShouldBe([2], 1, 7);
        Output("GatherND", [], data, Tensor.Of<long>([2, 1, 1], 1, 0)).ShouldBe([2, 1, 2, 2], 4, 5, 6, 7, 0, 1, 2, 3);
        Output("GatherND", new() { ["batch_dims"] = 1L }, data, Tensor.Of<long>([2, 1], 1, 0)).ShouldBe([2, 2], 2, 3, 4, 5);
    }

    [Theory]
    [InlineData("none", new float[] { 0, 9, 5, 3 })]
    [InlineData("add", new float[] { 0, 17, 7, 3 })]
    [InlineData("mul", new float[] { 0, 63, 10, 3 })]
    [InlineData("min", new float[] { 0, 1, 2, 3 })]
    [InlineData("max", new float[] { 0, 9, 5, 3 })]
    public void Scattering_combines_with_what_is_there(string reduction, float[] expected)
    {
        var updates = Floats([3], 7, 5, 9);

        Output("ScatterElements", new() { ["reduction"] = reduction }, Range([4]), Longs(1, 2, -3), updates).ShouldBe([4], expected);
        Output("ScatterND", new() { ["reduction"] = reduction }, Range([4]), Tensor.Of<long>([3, 1], 1, 2, -3), updates)
            .ShouldBe([4], expected);
    }

    [Fact]
    public void Scatter_is_the_old_name() =>
        Output("Scatter", 9, [], Range([2, 2]), Tensor.Of<long>([1, 2], 1, 0), Floats([1, 2], 8, 9)).ShouldBe([2, 2], 0, 9, 8, 3);

    [Fact]
    public void ScatterND_puts_whole_slices() =>
        Output("ScatterND", [], Range([3, 2]), Tensor.Of<long>([2, 1], 2, 0), Floats([2, 2], 6, 7, 8, 9))
        .ShouldBe([3, 2], 8, 9, 2, 3, 6, 7);

    [Fact]
    public void Strings_are_gathered_and_scattered_too()
    {
        var data = Tensor.OfStrings([2], ["a", "b"]);

        Output("GatherElements", [], data, Longs(1)).Strings.ToArray().ShouldBe(["b"]);
        Output("ScatterElements", [], data, Longs(0), Tensor.OfStrings([1], ["x"])).Strings.ToArray().ShouldBe(["x", "b"]);
        Should.Throw<OperatorException>(
            () => Output("ScatterElements", new() { ["reduction"] = "add" }, data, Longs(0), Tensor.OfStrings([1], ["x"])));
    }

    [Fact]
    public void Indices_out_of_bounds_are_refused()
    {
        Should.Throw<OperatorException>(() => Output("GatherElements", [], Range([2]), Longs(2))).Message.ShouldContain("index 2");
        Should.Throw<OperatorException>(() => Output("GatherND", [], Range([2, 2]), Tensor.Of<long>([1, 2], 0, -3)));
        Should.Throw<OperatorException>(() => Output("ScatterND", [], Range([2]), Tensor.Of<long>([1, 1], long.MaxValue), Floats([1], 1)));
        Should.Throw<OperatorException>(() => Output("ScatterElements", [], Range([2]), Longs(-3), Floats([1], 1)));
        Should.Throw<OperatorException>(() => Output("Gather", [], Range([0]), Longs(0)));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Should.Throw<ShapeException>(() => Output("GatherElements", [], Range([2, 2]), Longs(0)));
        Should.Throw<ShapeException>(() => Output("GatherElements", [], Range([2, 2]), Tensor.Of<long>([1, 3], 0, 0, 0)));
        Should.Throw<ShapeException>(() => Output("GatherND", [], Range([2]), Tensor.Of<long>([1, 2], 0, 0)));
        Should.Throw<ShapeException>(() => Output("GatherND", new() { ["batch_dims"] = 1L }, Range([2, 2]), Tensor.Of<long>([1, 1], 0)));
        Should.Throw<ShapeException>(() => Output("ScatterND", [], Range([2]), Tensor.Of<long>([1, 1], 0), Floats([2], 1, 2)));
        Should.Throw<ShapeException>(() => Output("ScatterElements", [], Range([2]), Longs(0), Floats([2], 1, 2)));
        Should.Throw<OperatorException>(() => Output("ScatterElements", [], Range([2]), Longs(0), Longs(1)));
    }

    [Fact]
    public void Compress_keeps_what_the_condition_says()
    {
        Output("Compress", new() { ["axis"] = 1L }, Range([2, 3]), Tensor.Of<bool>([2], false, true)).ShouldBe([2, 1], 1, 4);
        Output("Compress", [], Range([2, 2]), Tensor.Of<bool>([3], true, false, true)).ShouldBe([2], 0, 2);
        Output("Compress", new() { ["axis"] = 0L }, Range([2, 2]), Tensor.Of<bool>([1], false)).ShouldBe([0, 2]);
        Should.Throw<OperatorException>(() => Output("Compress", [], Range([2]), Tensor.Of<bool>([3], true, false, true)));
    }
}
