using System.Numerics;
using Octet.Kernels;
using Octet.Operators;
using Octet.Tensors;
using Octet.Tests.Operators;

namespace Octet.Tests.Kernels;

public sealed class BroadcastTests
{
    public static TheoryData<int[], int[]> Shapes => new()
    {
        { [], [] },
        { [], [3] },
        { [5], [1] },
        { [2, 3, 4, 5], [2, 3, 4, 5] },
        { [2, 3, 4, 5], [1, 3, 1, 1] },
        { [2, 3, 4, 5], [5] },
        { [2, 3, 4, 5], [4, 1] },
        { [1, 3, 1, 5], [2, 1, 4, 1] },
        { [2, 1, 4, 1, 3], [1, 5, 1, 2, 1] },
        { [7, 257], [257] },
        { [7, 257], [7, 1] },
        { [3, 1, 1], [1, 4, 4] },
        { [0, 3], [1, 3] },
        { [2, 0], [1] },
        { [1, 1, 1], [1, 1] },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Each_element_meets_its_partner(int[] ofX, int[] ofY)
    {
        Meets(ofX, ofY);
        Meets(ofY, ofX);
    }

    static void Meets(int[] ofX, int[] ofY)
    {
        var (x, y) = (Counting(new(ofX), 1), Counting(new(ofY), 1000));

        var difference = new Sub().RunOn(x, y)[0];

        difference.Shape.ShouldBe(Shape.Broadcast(x.Shape, y.Shape));
        for (var i = 0; i < difference.Length; i++)
        {
            difference.Floats[i].ShouldBe(At(x, difference.Shape, i) - At(y, difference.Shape, i), customMessage: $"element {i}");
        }
    }

    [Fact]
    public void Rows_are_as_long_as_the_layouts_allow()
    {
        new Broadcast([2, 3, 4, 5], [2, 3, 4, 5], [2, 3, 4, 5]).RowLength.ShouldBe(120);
        new Broadcast([2, 3, 4, 5], [2, 3, 4, 5], [3, 1, 1]).RowLength.ShouldBe(20);
        new Broadcast([2, 3, 4, 5], [2, 3, 4, 5], []).RowLength.ShouldBe(120);
        new Broadcast([2, 3, 4, 5], [2, 3, 4, 5], [4, 5]).RowLength.ShouldBe(20);
    }

    [Fact]
    public void A_thousand_dimensions_of_one_are_nothing()
    {
        var many = new Shape([2, .. Enumerable.Repeat(1, 1000), 3]);

        new Add().RunOn(Counting(many, 0), Counting([3], 10))[0].Floats.ToArray().ShouldBe([10, 12, 14, 13, 15, 17]);
    }

    [Fact]
    public void Vectors_and_their_rest_give_the_same_at_every_length()
    {
        for (var length = 0; length <= 257; length++)
        {
            var x = Enumerable.Range(0, length).Select(i => i * 0.37f - 20).ToArray();
            var y = Enumerable.Range(0, length).Select(i => 11 - i * 0.19f).ToArray();
            var (both, right, left) = (new float[length], new float[length], new float[length]);

            ElementWise.Map<float, Product>(x, y, both, default);
            ElementWise.Map<float, Product>(x, 3f, right, default);
            ElementWise.Map<float, Product>(3f, y, left, default);

            both.ShouldBe(x.Zip(y, (a, b) => a * b).ToArray());
            right.ShouldBe(x.Select(a => a * 3f).ToArray());
            left.ShouldBe(y.Select(b => 3f * b).ToArray());
        }
    }

    static Tensor Counting(Shape shape, int start) => Tensor.Of(shape, [.. Enumerable.Range(start, shape.Length).Select(i => (float)i)]);

    /// <summary>The element that stands at a place of the broadcast result, by the definition.</summary>
    static float At(Tensor operand, Shape result, int index)
    {
        var offset = 0;
        for (int axis = 1, stride = 1; axis <= operand.Shape.Rank; index /= result[^axis], stride *= operand.Shape[^axis], axis++)
        {
            if (operand.Shape[^axis] != 1) offset += index % result[^axis] * stride;
        }
        return operand.Floats[offset];
    }

    readonly struct Product : IBinaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x, Vector<float> y) => x * y;
    }
}
