using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class EinsumTests
{
    [Theory]
    [InlineData("ij,jk->ik")]
    [InlineData("ij,jk")]
    [InlineData("ij,jk->ki")]
    [InlineData("ij, jk -> ijk")]
    [InlineData("ij,jk->")]
    [InlineData("ij,jk->j")]
    public void Two_matrices_are_multiplied_along_what_they_share(string equation)
    {
        var (a, b) = (Floats([3, 2], 0, 1, 2, 3, 1, 5), Floats([2, 3], 1, 2, 0, 4, 5, 10));

        var y = Output("Einsum", new() { ["equation"] = equation }, a, b);

        y.Values().ShouldBe(Definition(equation, a, b));
    }

    [Fact]
    public void One_operand_is_transposed_summed_or_read_along_its_diagonal()
    {
        var x = Range([2, 2]);

        Output("Einsum", new() { ["equation"] = "ij->ji" }, x).Values().ShouldBe([0, 2, 1, 3]);
        Output("Einsum", new() { ["equation"] = "ij->i" }, x).Values().ShouldBe([1, 5]);
        Output("Einsum", new() { ["equation"] = "ii" }, x).Values().ShouldBe([3]);
        Output("Einsum", new() { ["equation"] = "ii->i" }, x).Values().ShouldBe([0, 3]);
        Output("Einsum", new() { ["equation"] = "...ii->...i" }, Range([2, 2, 2])).Values().ShouldBe([0, 3, 4, 7]);
        Output("Einsum", new() { ["equation"] = "->" }, Floats([], 7)).Values().ShouldBe([7]);
    }

    [Fact]
    public void Dots_broadcast()
    {
        var y = Output("Einsum", new() { ["equation"] = "...ij,...jk->...ik" }, Range([2, 1, 1, 2]), Range([3, 2, 1]));

        y.Shape.ShouldBe(new Shape([2, 3, 1, 1]));
        y.Values().ShouldBe([1, 3, 5, 3, 13, 23]);
    }

    [Fact]
    public void Three_operands_and_integers_work()
    {
        var y = Output("Einsum", new() { ["equation"] = "i,ij,j->" }, Tensor.Vector(1, 2), Tensor.Of<long>([2, 2], 1, 2, 3, 4),
            Tensor.Vector(1, 10));

        y.Longs.ToArray().ShouldBe([107]);
    }

    [Fact]
    public void Equations_that_say_nothing_are_refused()
    {
        Refusal("Einsum", new() { ["equation"] = "ij->ik" }, [2, 2]).ShouldContain("'k'");
        Refusal("Einsum", new() { ["equation"] = "ij->ii" }, [2, 2]).ShouldContain("'i' once");
        Refusal("Einsum", new() { ["equation"] = "i1->i" }, [2, 2]).ShouldContain("letters");
        Refusal("Einsum", new() { ["equation"] = "i->j->k" }, [2, 2]).ShouldContain("one arrow");
        Refusal("Einsum", new() { ["equation"] = "......i" }, [2, 2]).ShouldContain("dots once");
        Refusal("Einsum", new() { ["equation"] = "ij,jk->ik" }, [2, 2]).ShouldContain("2 operand(s), but there are 1");
        Refusal("Einsum", new() { ["equation"] = "ijk" }, [2, 2]).ShouldContain("'ijk', which does not fit shape [2, 2]");
        Refusal("Einsum", new() { ["equation"] = "ij,jk->ik" }, [2, 3], [4, 5]).ShouldContain("label 'j' has extents 3 and 4");
    }

    /// <summary>Walks over every combination of i, j and k.</summary>
    static float[] Definition(string equation, Tensor a, Tensor b)
    {
        var output = equation.Contains("->", StringComparison.Ordinal) ? equation.Replace(" ", "").Split("->")[1] : "ik";
        var extents = new Dictionary<char, int> { ['i'] = a.Shape[0], ['j'] = a.Shape[1], ['k'] = b.Shape[1] };
        var result = new float[output.Aggregate(1, (length, label) => length * extents[label])];
        for (var i = 0; i < extents['i']; i++)
        {
            for (var j = 0; j < extents['j']; j++)
            {
                for (var k = 0; k < extents['k']; k++)
                {
                    var place = output.Aggregate(0, (index, label) => index * extents[label] + (label == 'i' ? i : label == 'j' ? j : k));
                    result[place] += a.Floats[i * extents['j'] + j] * b.Floats[j * extents['k'] + k];
                }
            }
        }
        return result;
    }
}
