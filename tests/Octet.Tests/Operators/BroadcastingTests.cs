using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Operators;

/// <summary>Operators whose operands broadcast, against their definition element by element: any number of operands of any shapes that
/// fit.</summary>
public sealed class BroadcastingTests
{
    static readonly (string OpType, int Least, int Most, Func<float[], float> Definition)[] Operators =
    [
        ("Sum", 1, 5, x => x.Sum()),
        ("Max", 1, 5, x => x.Max()),
        ("Min", 1, 5, x => x.Min()),
        ("Mean", 1, 5, x => x.Sum() / x.Length),
        ("Add", 2, 2, x => x[0] + x[1]),
        ("Sub", 2, 2, x => x[0] - x[1]),
        ("Mul", 2, 2, x => x[0] * x[1]),
        ("Div", 2, 2, x => x[0] / x[1]),
        ("Mod", 2, 2, x => x[0] % x[1]),
        ("Pow", 2, 2, x => MathF.Pow(x[0], x[1])),
        ("PRelu", 2, 2, x => x[0] < 0 ? x[0] * x[1] : x[0]),
    ];

    public static TheoryData<string> OpTypes => [.. Operators.Select(entry => entry.OpType)];

    [Theory]
    [MemberData(nameof(OpTypes))]
    public void Operands_of_any_shapes_give_what_the_definition_gives(string opType)
    {
        var (_, min, max, definition) = Operators.Single(entry => entry.OpType == opType);
        var op = OperatorTable.Create("", opType, 18, opType == "Mod" ? new() { { "fmod", 1L } } : []);
        var random = new Random(opType.Length);
        for (var round = 0; round < 400; round++)
        {
            var full = Enumerable.Range(0, random.Next(0, 5)).Select(_ => random.Next(1, 4)).ToArray();
            var operands = Enumerable.Range(0, random.Next(min, max + 1)).Select(_ => Operand(full, random)).ToArray();
            // The slope of PRelu broadcasts to its input, and not the other way round.
            if (opType == "PRelu") operands[0] = Filled(full, random);

            var info = op.InferChecked([.. operands.Select(TensorInfo.Of)])[0];
            var result = new Tensor(info.Type, info.Shape);
            op.Run(operands, [result]);

            for (var i = 0; i < result.Length; i++)
            {
                var expected = definition([.. operands.Select(operand => operand.Floats[Place(operand.Shape, result.Shape, i)])]);
                result.Floats[i]
                    .ShouldBe(expected, 1e-5 * Math.Max(1, Math.Abs(expected)),
                        $"round {round}: {string.Join(", ", operands.Select(operand => operand.Shape.ToString()))} at {i}");
            }
        }
    }

    [Fact]
    public void Where_chooses_among_operands_of_any_shapes()
    {
        var random = new Random(1);
        var op = OperatorTable.Create("", "Where", 18, []);
        for (var round = 0; round < 400; round++)
        {
            var full = Enumerable.Range(0, random.Next(0, 5)).Select(_ => random.Next(1, 4)).ToArray();
            var condition = new Tensor(DataType.Bool, Operand(full, random).Shape);
            foreach (ref var element in condition.AsSpan<bool>()) element = random.Next(2) == 0;
            var (x, y) = (Operand(full, random), Operand(full, random));

            var info = op.InferChecked([TensorInfo.Of(condition), TensorInfo.Of(x), TensorInfo.Of(y)])[0];
            var result = new Tensor(info.Type, info.Shape);
            op.Run([condition, x, y], [result]);

            for (var i = 0; i < result.Length; i++)
            {
                var chosen = condition.AsSpan<bool>()[Place(condition.Shape, result.Shape, i)] ? x : y;
                result.Floats[i].ShouldBe(chosen.Floats[Place(chosen.Shape, result.Shape, i)]);
            }
        }
    }

    /// <summary>Some of the last dimensions, some of them with one element.</summary>
    static Tensor Operand(int[] full, Random random) =>
        Filled([.. full[random.Next(full.Length + 1)..].Select(extent => random.Next(2) == 0 ? 1 : extent)], random);

    static Tensor Filled(int[] extents, Random random)
    {
        var tensor = new Tensor(DataType.Float32, new Shape(extents));
        foreach (ref var element in tensor.Floats) element = random.NextSingle() * 2 + 0.25f;
        return tensor;
    }

    /// <summary>Where an operand keeps what belongs to an element of the result, by the coordinates.</summary>
    static int Place(Shape operand, Shape result, int element)
    {
        var (place, stride) = (0, 1);
        for (var i = 1; i <= result.Rank; i++)
        {
            (element, var coordinate) = Math.DivRem(element, result[^i]);
            if (i > operand.Rank) continue;
            if (operand[^i] > 1) place += coordinate * stride;
            stride *= operand[^i];
        }
        return place;
    }
}
