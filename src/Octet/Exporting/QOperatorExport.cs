using Octet.Graphs;
using Octet.Lowering;
using Octet.Operators;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.Exporting;

/// <summary>
/// Writes a model of QuantizeLinear and DequantizeLinear pairs with operators on 8-bit integers in their place: QLinearConv,
/// QLinearMatMul, and those of ONNX Runtime (com.microsoft). The form that ONNX Runtime's tool calls QOperator.
/// </summary>
/// <remarks>Both forms give the same bits. What has no operator on integers stays between real values, as it was.</remarks>
public static class QOperatorExport
{
    /// <summary>Rewrites a model.</summary>
    /// <param name="model">Not changed.</param>
    /// <returns>The model to be written, and the nodes that still compute with real values.</returns>
    /// <exception cref="ConversionException">Nothing in the model is rounded to integers and read again.</exception>
    public static ConvertedModel Convert(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!IntegerLowering.AppliesTo(model.Graph))
        {
            throw new ConversionException($"'{model.Source}' has no pairs of QuantizeLinear and DequantizeLinear to replace by integer "
                + "operators. Give a model that was quantized in the QDQ form.");
        }
        var graph = ConvertedModel.Begin(model.Graph);
        IntegerLowering.ApplyForFile(graph);
        return ConvertedModel.Of(model, graph,
            graph.Nodes.Where(StaysReal).Select(node => new UnconvertedNode(node.Label, node.OpType, ReasonOf(node))));
    }

    /// <summary>Whether a node computes with real values, rather than moving, reading or rounding them.</summary>
    static bool StaysReal(Node node) =>
        node.Operator.IntegerUse == IntegerUse.None && !node.Operator.OnlyMovesData
        && (node.Inputs.Any(IsRead) || node.Outputs.Any(IsRounded));

    static bool IsRead(Value? value) => value?.Producer?.Operator is DequantizeLinear;

    static bool IsRounded(Value? value) => value?.Consumers.Any(reader => reader.Operator is QuantizeLinear) == true;

    static string ReasonOf(Node node)
    {
        if (node.Operator.InIntegers is not { } form) return "has no form with integers";
        if (form.AttributesInFile(node.Attributes, node.Graph.Opset) is null) return "has an attribute that its form with integers lacks";
        if (node.DataInputs.FirstOrDefault(input => !IsRead(input)) is { } real) return $"reads '{real.Name}', which is not rounded";
        if (!node.Outputs.Any(IsRounded) && !node.Output.Consumers.Any(reader => reader.IsLimit)) return "gives real values";
        return "has operands, a bias or a result of other types, steps or bits than its form with integers takes";
    }
}

/// <summary>A quantized model in another form.</summary>
/// <param name="Model">What is to be written.</param>
/// <param name="Left">What that form cannot say, and stays as it was.</param>
public sealed record ConvertedModel(Model Model, IReadOnlyList<UnconvertedNode> Left)
{
    /// <summary>The first opset whose operators both forms can use: Clip and MaxPool take 8-bit integers there, and DequantizeLinear has
    /// scales per channel.</summary>
    const int MinOpset = 13;

    /// <summary>A copy of a graph that can be brought into another form: of an opset that has both, without constants to be
    /// computed.</summary>
    internal static Graph Begin(Graph graph)
    {
        var copy = graph.Clone();
        UpgradeOpset.To(copy, MinOpset);
        new FoldConstants().Apply(copy);
        return copy;
    }

    /// <summary>The model around the graph in its new form.</summary>
    internal static ConvertedModel Of(Model model, Graph graph, IEnumerable<UnconvertedNode> left)
    {
        graph.RemoveUnreadConstants();
        GraphCheck.Check(graph);
        var converted = model.With(graph);
        converted.IrVersion = Math.Max(model.IrVersion, 7);
        return new(converted, [.. left]);
    }
}

/// <summary>A node that stays as it was.</summary>
/// <param name="Node">Its name.</param>
/// <param name="OpType">Its operator in ONNX.</param>
/// <param name="Reason">Why, to be read behind the name.</param>
public sealed record UnconvertedNode(string Node, string OpType, string Reason);

/// <summary>A model has nothing that can be brought into another form.</summary>
public sealed class ConversionException(string message) : OctetException(message);
