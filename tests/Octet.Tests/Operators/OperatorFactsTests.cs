using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Operators;

/// <summary>What operators state about themselves, held against what they compute.</summary>
public sealed class OperatorFactsTests
{
    static readonly float[] Elements = [-1e4f, -20, -3, -1, -0.5f, -0.01f, 0, 0.01f, 0.5f, 1, 3, 20, 1e4f];

    /// <summary>The functions of one number that need no attributes.</summary>
    public static TheoryData<string> Functions =>
        [.. OperatorTable.Rows.Where(row => row.Domain.Length == 0 && Create(row.OpType) is UnaryOperator).Select(row => row.OpType)
        .Distinct()];

    [Theory, MemberData(nameof(Functions))]
    public void A_function_stays_in_the_range_that_it_states(string opType)
    {
        var (op, y) = Run(opType, Elements);
        var range = op.LimitsOf([new(DataType.Float32, [y.Length])]) ?? op.OutputRange;

        y.Where(element => !float.IsNaN(element)).ShouldAllBe(element => range.Low <= element && element <= range.High);
    }

    [Theory, MemberData(nameof(Functions))]
    public void A_function_changes_by_less_than_a_step_of_eight_bits_outside_of_the_inputs_that_it_states(string opType)
    {
        var (op, y) = Run(opType, Elements);
        if (op.UsedInput == ValueRange.Unlimited) return;
        var (_, ends) = Run(opType, [op.UsedInput.Low, op.UsedInput.High]);
        var step = (op.OutputRange.High - op.OutputRange.Low) / 256;

        Math.Abs(y[0] - ends[0]).ShouldBeLessThan(step);
        Math.Abs(y[^1] - ends[1]).ShouldBeLessThan(step);
    }

    [Fact]
    public void A_clip_states_its_limits_where_they_are_constant()
    {
        TensorInfo x = new(DataType.Float32, [4]), unknown = new(DataType.Float32, Shape.Scalar), six = TensorInfo.Of(Tensor.Scalar(6f));

        new Clip().LimitsOf([x, TensorInfo.Of(Tensor.Scalar(0f)), six]).ShouldBe(new ValueRange(0, 6));
        new Clip().LimitsOf([x, null!, six])!.Value.HasLow.ShouldBeFalse();
        new Clip().LimitsOf([x, unknown, six]).ShouldBeNull();
        var old = ClipToConstants.From(new() { ["min"] = 0f }).LimitsOf([x])!.Value;
        (old.Low, old.HasHigh).ShouldBe((0, false));
        new Sigmoid().LimitsOf([x]).ShouldBeNull();
    }

    [Fact]
    public void Whether_a_value_can_be_negative_follows_from_what_makes_it()
    {
        var graph = new Graph { Opsets = { [""] = 17 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 4, 8, 8));
        var relu = graph.Add("Relu", [x], "relu");
        var pooled = graph.Add("MaxPool", [relu], "pooled", new() { ["kernel_shape"] = new[] { 2L, 2 } });
        var sigmoid = graph.Add("Sigmoid", [pooled], "sigmoid");

        graph.Add("Add", [pooled, sigmoid], "sum").IsNeverNegative().ShouldBeTrue();
        graph.Add("Sub", [pooled, sigmoid], "difference").IsNeverNegative().ShouldBeFalse();
        graph.Add("Mul", [x, sigmoid], "gated").IsNeverNegative().ShouldBeFalse();
        graph.Add("Concat", [pooled, graph.AddConstant("c", Tensor.Of([1, 1, 1, 1], [-1f]))], "joined", new() { ["axis"] = 1L })
            .IsNeverNegative().ShouldBeFalse();
    }

    /// <summary>Counts by hand: [2, 6, 8, 8] with 3 × 3 filters of 3 channels is 2 · 6 · 64 · 27; a transposed one meets each element with
    /// its channel's weights.</summary>
    [Theory]
    [InlineData("Conv", new[] { 2, 3, 10, 10 }, new[] { 6, 3, 3, 3 }, new[] { 2, 6, 8, 8 }, 2 * 6 * 64 * 27)]
    [InlineData("ConvTranspose", new[] { 1, 4, 5, 5 }, new[] { 4, 2, 3, 3 }, new[] { 1, 2, 7, 7 }, 100 * 18)]
    [InlineData("MatMul", new[] { 2, 5, 7 }, new[] { 7, 3 }, new[] { 2, 5, 3 }, 2 * 5 * 3 * 7)]
    [InlineData("Relu", new[] { 4 }, new[] { 4 }, new[] { 4 }, 0)]
    public void Multiplications_are_counted(string opType, int[] input, int[] weights, int[] output, long expected) =>
        Create(opType)!.MacsOf([new(DataType.Float32, new(input)), new(DataType.Float32, new(weights))],
            [new(DataType.Float32, new(output))]).ShouldBe(expected);

    [Theory]
    [InlineData("Conv", 8, 4)]
    [InlineData("ConvTranspose", 4, 8)]
    [InlineData("MatMul", 4, 8)]
    [InlineData("Gemm", 4, 8)]
    public void Channels_of_weights_lie_along_the_axes_that_a_layer_states(string opType, int first, int second)
    {
        var shape = opType.StartsWith("Conv", StringComparison.Ordinal) ? new Shape([first, second, 1, 1]) : [first, second];
        var facts = Create(opType)!.Weights!;

        shape[shape.NormalizeAxis(facts.OutputChannelAxis)].ShouldBe(8);
        shape[shape.NormalizeAxis(facts.InputChannelAxis)].ShouldBe(4);
    }

    static Operator? Create(string opType)
    {
        try
        {
            return OperatorTable.Create("", opType, 20, new());
        }
        catch (OctetException)
        {
            return null;
        }
    }

    static (Operator, float[]) Run(string opType, float[] elements)
    {
        var op = Create(opType)!;
        var (x, y) = (Tensor.Of([elements.Length], elements), new Tensor(DataType.Float32, [elements.Length]));
        op.Run([x], [y]);
        return (op, y.Floats.ToArray());
    }
}
