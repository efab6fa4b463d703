using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Exporting;

/// <summary>The operands of an operator on 8-bit integers, sorted by what they are.</summary>
sealed class IntegerOperandList
{
    readonly List<Quantized> _tensors = [];

    /// <summary>Integers with scale and zero point.</summary>
    /// <param name="Integers">int8 or uint8, or a bias of int32.</param>
    /// <param name="Scale">One, or one for each channel.</param>
    /// <param name="ZeroPoint">Null for 0 of the type of the integers.</param>
    public sealed record Quantized(Value Integers, Value Scale, Value? ZeroPoint);

    /// <summary>Scale and zero point of the result; the zero point also says its type.</summary>
    public sealed record Rounding(Value Scale, Value ZeroPoint);

    /// <summary>What is read, in the order of the operator on real numbers.</summary>
    public IReadOnlyList<Quantized> Tensors => _tensors;

    /// <summary>The result; null where it stays real.</summary>
    public Rounding? Output { get; private init; }

    /// <summary>int32, in steps of the sums; null for none.</summary>
    public Value? Bias { get; private init; }

    /// <summary>A condition in front of the tensors; null for none.</summary>
    public Value? Condition { get; private init; }

    /// <param name="node">What computes with integers.</param>
    /// <param name="form">How its operands lie.</param>
    public static IntegerOperandList Of(Node node, RealForm form)
    {
        var (first, end) = form.Order switch
        {
            OperandOrder.OutputFirst => (2, 0),
            OperandOrder.ConditionFirst => (1, 1 + 3 * form.Tensors),
            OperandOrder.BiasBeforeOutput => (0, 3 * form.Tensors + 1),
            _ => (0, 3 * form.Tensors),
        };
        var count = form.Tensors > 0 ? form.Tensors : (node.Inputs.Count - first) / 3;
        var operands = new IntegerOperandList
        {
            Condition = form.Order == OperandOrder.ConditionFirst ? node.Inputs[0] : null,
            Bias = form.Order switch
            {
                OperandOrder.BiasBeforeOutput => node.InputOrNull(3 * count),
                OperandOrder.BiasLast => node.InputOrNull(3 * count + 2),
                _ => null,
            },
            Output = node.InputOrNull(end) is { } scale
                ? new(scale, node.InputOrNull(end + 1) ?? Zero(node.Graph, node.Output, node.Inputs[first]!.Type)) : null,
        };
        for (var i = first; i < first + 3 * count; i += 3)
        {
            operands._tensors.Add(new(node.Inputs[i]!, node.Inputs[i + 1]!, node.InputOrNull(i + 2)));
        }
        return operands;
    }

    /// <summary>Why an operator on real numbers cannot read these operands; null where it can.</summary>
    public string? Problem(Operator real)
    {
        foreach (var (index, tensor) in _tensors.Index())
        {
            if (tensor.Scale.Constant is not { } scale) return "has scales that are made during the run";
            if (scale.Length == 1) continue;
            if (index != real.Weights?.WeightInput) return "has a scale for each row of its data";
            if (tensor.Integers.Constant is not { Shape.Rank: var rank } || scale.Shape.Rank != 1
                || real.Weights.OutputChannelAxis < 0 && rank > 2) return "has weights with a scale for each row of each matrix";
        }
        if (Output is { Scale.Constant: not { Length: 1 } }) return "has a scale for each row of its result";
        if (Bias is null) return null;
        // A bias on real numbers has a scale for each element; one scale stands for all of any shape.
        return Bias is { Constant.Shape.Rank: 1 } || _tensors[1].Scale.Constant!.Length == 1 ? null
            : "has a bias of a shape that takes no scales per channel";
    }

    /// <summary>The steps of the bias: the product of those of data and weights, in float32.</summary>
    public Value BiasScale(Graph graph)
    {
        var (x, weights) = (_tensors[0].Scale.Constant!.Floats[0], _tensors[1].Scale.Constant!);
        var scales = weights.Floats.ToArray().Select(weight => x * weight).ToArray();
        return graph.AddConstant(graph.UniqueName($"{Bias!.Name}_scale"), Tensor.Of(
            weights.Length == 1 ? Shape.Scalar : [scales.Length], scales));
    }

    static Value Zero(Graph graph, Value output, DataType type) =>
        graph.AddConstant(graph.UniqueName($"{output.Name}_zero_point"),
            type == DataType.Int8 ? Tensor.Scalar((sbyte)0) : Tensor.Scalar((byte)0));
}
