using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class ProductTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Gemm_transposes_scales_and_adds(bool transposeA, bool transposeB)
    {
        var a = transposeA ? Floats([3, 2], 1, 4, 2, 5, 3, 6) : Floats([2, 3], 1, 2, 3, 4, 5, 6);
        var b = transposeB ? Floats([2, 3], 1, 0, 1, 2, 1, 0) : Floats([3, 2], 1, 2, 0, 1, 1, 0);
        var attributes = new Attributes
        {
            ["transA"] = transposeA ? 1L : 0,
            ["transB"] = transposeB ? 1L : 0,
            ["alpha"] = 2f,
            ["beta"] = 0.5f,
        };

        Output("Gemm", attributes, a, b, Floats([2], 2, 4)).Values().ShouldBe([9, 10, 21, 28]);
        Output("Gemm", attributes, a, b, Floats([2, 1], 2, 4)).Values().ShouldBe([9, 9, 22, 28]);
        Output("Gemm", attributes, a, b, Floats([2, 2], 2, 4, 6, 8)).Values().ShouldBe([9, 10, 23, 30]);
        Output("Gemm", attributes, a, b, Floats([], 2)).Values().ShouldBe([9, 9, 21, 27]);
        Output("Gemm", attributes, a, b).Values().ShouldBe([8, 8, 20, 26]);
    }

    [Fact]
    public void Gemm_refuses_what_does_not_fit()
    {
        Refusal("Gemm", [], [2, 3], [4, 5]).ShouldContain("depth 3 meets depth 4");
        Refusal("Gemm", [], [2, 3, 1], [3, 5]).ShouldContain("two matrices");
        Refusal("Gemm", [], [2, 3], [3, 5], [2]).ShouldContain("[2]");
        Refusal("Gemm", [], [1, 3], [3, 5], [2, 5]).ShouldContain("[2, 5]");
    }

    [Fact]
    public void MatMul_takes_vectors()
    {
        Output("MatMul", [], Floats([3], 1, 2, 3), Floats([3], 4, 5, 6)).ShouldBeScalar(32);
        Output("MatMul", [], Floats([2], 1, 10), Floats([2, 3], 1, 2, 3, 4, 5, 6)).Values().ShouldBe([41, 52, 63]);
        Output("MatMul", [], Floats([2, 2], 1, 2, 3, 4), Floats([2], 1, 10)).Values().ShouldBe([21, 43]);
    }

    [Fact]
    public void MatMul_broadcasts_batches()
    {
        var a = Range([2, 1, 1, 2]);
        var b = Range([3, 2, 1]);

        var y = Output("MatMul", [], a, b);

        y.Shape.ShouldBe(new Shape([2, 3, 1, 1]));
        y.Values().ShouldBe([1, 3, 5, 3, 13, 23]);
        Output("MatMul", [], b, Range([1, 1])).Shape.ShouldBe(new Shape([3, 2, 1]));
    }

    [Fact]
    public void MatMul_of_nothing_gives_zeros() =>
        Output("MatMul", [], new Tensor(DataType.Float32, [2, 0]), new Tensor(DataType.Float32, [0, 2])).Values().ShouldBe([0, 0, 0, 0]);

    [Fact]
    public void MatMul_refuses_what_does_not_fit()
    {
        Refusal("MatMul", [], [2, 3], [4, 5]).ShouldContain("3 column(s) on the left meet 4 row(s) on the right");
        Refusal("MatMul", [], [], [4, 5]).ShouldContain("[]");
        Refusal("MatMul", [], [2, 2, 3], [3, 3, 5]).ShouldContain("broadcast");
    }
}

file static class ScalarAssertion
{
    public static void ShouldBeScalar(this Tensor tensor, float expected)
    {
        tensor.Shape.ShouldBe(Shape.Scalar);
        tensor.Floats[0].ShouldBe(expected);
    }
}
