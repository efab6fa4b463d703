using System.Text;
using Octet.Calibration;
using Octet.Calibration.Methods;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Planning;

/// <summary>Which values of a graph become integers, and how; without the numbers, which calibration gives.</summary>
/// <param name="Graph">The prepared graph that was planned for.</param>
/// <param name="Recipe">What the plan follows.</param>
/// <param name="Groups">Values between operators; those of one group share scale and zero point.</param>
/// <param name="Weights">Constants that operators multiply with.</param>
/// <param name="Biases">Constants that are added to sums of products.</param>
public sealed record QuantizationPlan(
    Graph Graph, Recipe Recipe, IReadOnlyList<ValueGroup> Groups, IReadOnlyList<PlannedWeight> Weights, IReadOnlyList<PlannedBias> Biases)
{
    /// <summary>What will run the model.</summary>
    public Target Target => Recipe.Target;

    /// <summary>The nodes that compute in floats, because the target cannot else or the recipe leaves them so.</summary>
    public IReadOnlyList<Node> FloatNodes { get; init; } = [];

    /// <summary>The values that products multiply and that get their scale and zero point in each run, uint8 from their smallest and
    /// largest element.</summary>
    public IReadOnlyList<Value> DynamicValues { get; init; } = [];

    /// <summary>Whether the data that a weight is multiplied with gets its scale in each run.</summary>
    internal bool IsDynamic(PlannedWeight weight) => DynamicValues.Contains(weight.Node.Inputs[0]!);

    /// <summary>The values that calibration has to see; constants are known without.</summary>
    public IReadOnlyList<Value> Measured =>
        [.. Groups.SelectMany(group => group.Measured).Where(value => value.Constant is null).Distinct()];

    /// <summary>Whether nothing of the model becomes integers.</summary>
    public bool IsEmpty => Weights.Count == 0 && Groups.Count == 0;

    /// <summary>The group of a value; null if the value stays in floats.</summary>
    public ValueGroup? GroupOf(Value value) => Groups.FirstOrDefault(group => group.Values.Contains(value));

    /// <summary>Whether the target multiplies integers in a node with weights: its data and its weights become integers, and what it makes
    /// too or may leave as floats.</summary>
    public bool ComputesInIntegers(Node node)
    {
        if (Weights.Any(weight => weight.Node == node && IsDynamic(weight))) return true;
        if (FloatNodes.Contains(node) || Target.RuleOf(node) is not { Role: OperatorRole.Computes, MultipliesFloats: false } rule)
            return false;
        var operands = rule.AllInputs ? node.Inputs : node.Inputs.Take(node.Operator.Weights is null ? 1 : 2);
        return operands.OfType<Value>().All(operand => IsInteger(operand, node))
            && (rule.GivesFloats || rule.RoundsInputsOnly || MakesIntegers(node));
    }

    bool IsInteger(Value operand, Node reader) =>
        Groups.Any(group => group.Values.Contains(operand)) || Weights.Any(weight => weight.Weight == operand && weight.Node == reader);

    /// <summary>Whether the value behind a node becomes integers; behind the activation that is joined to it where there is one.</summary>
    internal bool MakesIntegers(Node node) =>
        GroupOf(node.Output) is not null || (Target.Joins(node.Output) && GroupOf(node.Output.Consumers[0].Output) is not null);

    /// <summary>The plan as text, a line for each value.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"plan for target {Target.Name}: {Groups.Sum(group => group.Values.Count) + DynamicValues.Count} "
            + $"values, {Weights.Count} weights, {Biases.Count} biases\n");
        foreach (var group in Groups)
        {
            var source = group.Fixed is { } range ? $"fixed {range}"
                : group.Measured is [var only] && group.Values.Count == 1 && only == group.Values[0] ? ""
                : $"as {string.Join(", ", group.Measured.Select(value => value.Name))}";
            foreach (var value in group.Values)
            {
                var isOwn = group.Measured is [var one] && one == value;
                text.Append($"  {value.Name}: {group.Spec}{(source.Length > 0 && !isOwn ? $", {source}" : "")}\n");
            }
        }
        foreach (var value in DynamicValues) text.Append($"  {value.Name}: uint8, range of each run\n");
        foreach (var weight in Weights)
            text.Append($"  {weight.Weight.Name}: {weight.Spec}{(weight.Axis is { } axis ? $", axis {axis}" : "")}, weight "
                + $"of {weight.Node.Label}\n");
        foreach (var bias in Biases) text.Append($"  {bias.Node.InputOrNull(bias.Input)?.Name}: int32, bias of {bias.Node.Label}\n");
        return text.ToString();
    }
}

/// <summary>Values that share one scale and zero point.</summary>
/// <param name="Values">In the order of the graph.</param>
/// <param name="Measured">Those whose range decides: no other value of the group holds all of their elements. Empty where the range is
/// fixed or the values are constants.</param>
/// <param name="Spec">The kind of integers.</param>
/// <param name="Fixed">The range, where the operator itself says it.</param>
public sealed record ValueGroup(IReadOnlyList<Value> Values, IReadOnlyList<Value> Measured, QuantizationSpec Spec, ValueRange? Fixed = null)
{
    /// <summary>How the range is chosen.</summary>
    public CalibrationMethod Method { get; init; } = new MinMaxMethod();

    /// <summary>The names of the values, and the integers that they become.</summary>
    public override string ToString() => $"{string.Join(" = ", Values.Select(value => value.Name))}: {Spec}";
}

/// <summary>A constant that a node multiplies its input with.</summary>
/// <param name="Node">The node that multiplies.</param>
/// <param name="Weight">The constant, as the prepared graph holds it.</param>
/// <param name="Spec">The kind of integers.</param>
/// <param name="Axis">The axis of output channels, 0..rank − 1; null where the tensor has a single scale.</param>
public sealed record PlannedWeight(Node Node, Value Weight, QuantizationSpec Spec, int? Axis)
{
    /// <summary>How a matrix of 4 bits is divided into blocks with scales of their own; null where outputs, or all of it,
    /// share one.</summary>
    public BlockSpec? Blocks { get; init; }

    /// <summary>How the range, of the tensor or of each channel, is chosen.</summary>
    public CalibrationMethod Method { get; init; } = new MinMaxMethod();
}

/// <summary>A constant, one number for each output channel, that is added to sums of products: int32 with the scale of input times
/// weight.</summary>
/// <param name="Node">The node that adds.</param>
/// <param name="Input">The node's input that holds the bias.</param>
/// <param name="Data">The value that the node multiplies.</param>
/// <param name="Weight">The constant that the node multiplies with.</param>
public sealed record PlannedBias(Node Node, int Input, Value Data, Value Weight)
{
    /// <summary>In floats, [output channels].</summary>
    public Tensor Elements => Node.Inputs[Input]!.Constant!;
}
