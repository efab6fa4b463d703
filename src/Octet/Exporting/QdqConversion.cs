using Octet.Graphs;
using Octet.Operators;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.Exporting;

/// <summary>
/// Writes a model of operators on 8-bit integers (QLinearConv, QGemm and the like) with operators on real numbers in their place, between
/// DequantizeLinear and QuantizeLinear: the form that other runtimes take too. The inverse of <see cref="QOperatorExport"/>.
/// </summary>
/// <remarks>Both forms give the same bits. What the QDQ form cannot say stays as it was.</remarks>
public static class QdqConversion
{
    /// <summary>Rewrites a model.</summary>
    /// <param name="model">Not changed.</param>
    /// <returns>The model to be written, and the integer operators that stay.</returns>
    /// <exception cref="ConversionException">Nothing in the model computes with 8-bit integers.</exception>
    public static ConvertedModel Convert(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!model.Graph.Nodes.Any(Computes))
        {
            throw new ConversionException($"'{model.Source}' has no operators that compute with integers, such as QLinearConv. "
                + "Give a model in the QOperator form.");
        }
        var graph = ConvertedModel.Begin(model.Graph);
        new InferShapes().Apply(graph);
        var left = graph.Nodes.Where(Computes).ToArray().Select(node => (Node: node, Reason: Rewrite(node)))
            .Where(entry => entry.Reason is not null)
            .Select(entry => new UnconvertedNode(entry.Node.Label, entry.Node.OpType, entry.Reason!)).ToArray();
        new RealMoves(graph).Apply();
        if (!graph.Nodes.Any(node => node.Domain == OperatorTable.OnnxRuntime)) graph.Opsets.Remove(OperatorTable.OnnxRuntime);
        return ConvertedModel.Of(model, graph, left);
    }

    static bool Computes(Node node) => node.Operator.IntegerUse == IntegerUse.Computes;

    /// <summary>Puts an operator on real numbers in the place of one on integers.</summary>
    /// <returns>Why it cannot; null where it did.</returns>
    static string? Rewrite(Node node)
    {
        if (node.Operator.InReals is not { } form) return "has no form with real values that gives the same bits";
        if (form.AttributesOf(node.Attributes) is not { } attributes) return "has attributes that its form with real values cannot say";
        var graph = node.Graph;
        var op = OperatorTable.Create("", form.OpType, graph.Opset, attributes);
        var operands = IntegerOperandList.Of(node, form);
        if (operands.Problem(op) is { } problem) return problem;

        List<Value?> reals = operands.Condition is { } condition ? [condition] : [];
        foreach (var (index, tensor) in operands.Tensors.Index())
        {
            var axis = index == op.Weights?.WeightInput && tensor.Scale.Constant!.Length > 1
                ? (long?)Shape.NormalizeAxis(op.Weights.OutputChannelAxis, tensor.Integers.Constant!.Shape.Rank) : null;
            reals.Add(Read(node, tensor, axis));
        }
        if (operands.Bias is { } bias) reals.Add(Read(node, new(bias, operands.BiasScale(graph), null), axis: 0));

        var (output, name, following) = (node.Output, node.Name, node.Following);
        graph.Remove(node);
        if (operands.Output is not { } rounding)
        {
            graph.Add(op, reals, [output], attributes, name, before: following);
            return null;
        }
        var real = graph.NewValue(graph.UniqueName($"{output.Name}_float"));
        graph.Add(op, reals, [real], attributes, name, before: following);
        graph.Add(OperatorTable.Create("", "QuantizeLinear", graph.Opset, []), [real, rounding.Scale, rounding.ZeroPoint], [output],
            name: graph.UniqueNodeName($"{output.Name}_quantizer"), before: following);
        return null;
    }

    internal static Value Read(Node before, IntegerOperandList.Quantized tensor, long? axis)
    {
        Attributes attributes = [];
        if (axis is { } along) attributes.Add("axis", along);
        return before.Graph.Add("DequantizeLinear", [tensor.Integers, tensor.Scale, tensor.ZeroPoint],
            $"{tensor.Integers.Name}_dequantized", attributes, before);
    }
}
