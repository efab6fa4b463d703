using Octet.Graphs;
using Octet.Numerics;
using Octet.Running;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class IntegerOperatorTests
{
    [Fact]
    public void Rows_and_columns_may_have_zero_points_of_their_own()
    {
        var a = Tensor.Of<byte>([2, 2], 1, 2, 3, 4);
        var b = Tensor.Of<sbyte>([2, 2], 1, 0, 0, 1);

        Output("MatMulInteger", [], a, b, Tensor.Of<byte>([2], 1, 3)).AsSpan<int>().ToArray().ShouldBe([0, 1, 0, 1]);
        Output("MatMulInteger", [], a, b, null, Tensor.Of<sbyte>([2], 0, 1)).AsSpan<int>().ToArray().ShouldBe([1, -1, 3, -3]);
        Output("MatMulInteger", [], a, b).AsSpan<int>().ToArray().ShouldBe([1, 2, 3, 4]);
    }

    /// <summary>The sums worked out one by one; 37 and 19 fill no vector.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Sums_of_data_whose_zero_point_only_the_run_tells_are_exact(int threads)
    {
        const int Rows = 10, Depth = 37, Columns = 19;
        var random = new Random(5);
        var weights = Enumerable.Range(0, Depth * Columns).Select(_ => (sbyte)random.Next(-128, 128)).ToArray();
        var graph = new Graph { Name = "sums", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.UInt8, new(2, 5, Depth));
        var zeroPoint = graph.AddInput("zero_point", DataType.UInt8, new());
        var weight = graph.AddConstant("w", Tensor.Of<sbyte>([Depth, Columns], weights));
        graph.AddOutput(graph.Add("MatMulInteger", [x, weight, zeroPoint], "y"));
        ShapeInference.Annotate(graph);
        var session = new Session(graph, new() { Threads = threads });

        foreach (byte zero in (byte[])[0, 3, 255])
        {
            var data = Enumerable.Range(0, Rows * Depth).Select(_ => (byte)random.Next(256)).ToArray();
            var sums = session.Run(new Dictionary<string, Tensor>
            {
                ["x"] = Tensor.Of<byte>([2, 5, Depth], data),
                ["zero_point"] = Tensor.Of<byte>(Shape.Scalar, zero),
            })["y"];

            sums.AsSpan<int>().ToArray().ShouldBe(Enumerable.Range(0, Rows * Columns).Select(i => Enumerable.Range(0, Depth).Sum(
                k => (data[i / Columns * Depth + k] - zero) * weights[k * Columns + i % Columns])));
        }
    }

    [Fact]
    public void Rows_of_a_result_may_have_scales_of_their_own()
    {
        Tensor[] a = [Tensor.Of<byte>([2, 1], 10, 10), Floats([2], 1, 2), Tensor.Of<byte>([2], 0, 0)];
        Tensor[] b = [Tensor.Of<byte>([1, 2], 1, 1), Floats([2], 1, 3), Tensor.Of<byte>([2], 0, 0)];

        Output("QLinearMatMul", [], [.. a, .. b, Floats([1], 2), Tensor.Of<byte>([1], 5)]).AsSpan<byte>().ToArray()
            .ShouldBe([10, 20, 15, 35]);
        Output("QLinearMatMul", [], [.. a, .. b, Floats([2], 2, 4), Tensor.Of<byte>([2], 5, 0)]).AsSpan<byte>().ToArray()
            .ShouldBe([10, 20, 5, 15]);
    }

    [Fact]
    public void Requantizing_many_sums_equals_requantizing_each()
    {
        var random = new Random(17);
        var sums = Enumerable.Range(0, 1300).Select(_ => random.Next(-40_000, 40_000)).ToArray();
        var bytes = new byte[sums.Length];

        LinearQuantizer.Requantize<byte>(sums, bytes, 0.005f, 128, 0, 255);

        bytes.ShouldBe([.. sums.Select(sum => (byte)LinearQuantizer.Requantize(sum, 0.005f, 128, 0, 255))]);
    }

    [Fact]
    public void Types_and_counts_that_do_not_fit_are_refused()
    {
        var x = Tensor.Of<byte>([1, 1, 1], 1);
        var weights = Tensor.Of<sbyte>([2, 1, 1], 1, 2);

        Should.Throw<OctetException>(() => Output("ConvInteger", [], x, weights, Tensor.Of<sbyte>([], 0))).Message.ShouldContain("int8");
        Should.Throw<OctetException>(
            () => Output("ConvInteger", [], x, weights, null, Tensor.Of<sbyte>([3], 0, 0, 0))).Message.ShouldContain("[3]");
        Should.Throw<OctetException>(() => Output("ConvInteger", [], Floats([1, 1, 1], 1), weights)).Message.ShouldContain("float32");
    }
}
