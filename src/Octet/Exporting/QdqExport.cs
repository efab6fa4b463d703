using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Exporting;

/// <summary>
/// Writes a quantized model as an ONNX graph of QuantizeLinear and DequantizeLinear pairs, which integer runtimes fuse: weights are stored
/// as integers, and the graph computes exactly what the simulation computed.
/// </summary>
/// <remarks>Source: ONNX operator specification, QuantizeLinear-13 and DequantizeLinear-13; the form that ONNX Runtime's tool calls
/// QDQ.</remarks>
public static class QdqExport
{
    /// <summary>The first opset with scales per channel.</summary>
    const int MinOpset = 13;

    /// <summary>The first opset whose QuantizeLinear knows 4 and 16 bits.</summary>
    const int MinOpsetOfOtherWidths = 21;

    /// <summary>The metadata key under which the file says how it was made.</summary>
    public const string MetadataKey = "octet.quantization";

    /// <summary>Makes the model to be written: weights are integers, and a QuantizeLinear and a DequantizeLinear stand at each quantized
    /// value.</summary>
    /// <param name="quantized">The model.</param>
    /// <param name="howMade">JSON that tells how, kept in the file's metadata.</param>
    public static Model Export(QuantizedModel quantized, string howMade)
    {
        ArgumentNullException.ThrowIfNull(quantized);
        ArgumentNullException.ThrowIfNull(howMade);
        var graph = quantized.Simulate();
        var needsOtherWidths = quantized.Plan.Weights.Any(weight => weight.Blocks is { Form: BlockForm.DequantizeLinear })
            || graph.Find<FakeQuantize>().Any(node => ((FakeQuantize)node.Operator).Parameters.Spec.Bits is not (8 or 32));
        Passes.UpgradeOpset.To(graph, needsOtherWidths ? MinOpsetOfOtherWidths : MinOpset);

        if (quantized.Plan.Target.LeavesActivationsOut) ActivationPairs.Complete(graph, quantized.Plan.Target);
        foreach (var node in graph.Find<FakeQuantize>())
        {
            var (input, output) = (node.Inputs[0]!, node.Output);
            var parameters = ((FakeQuantize)node.Operator).Parameters;
            var attributes = new Attributes();
            if (parameters.Axis is { } axis) attributes.Add("axis", (long)axis);
            var (scale, zeroPoint) = AddParameters(graph, input.Name, parameters);

            Value integers;
            if (input.Constant is { } constant)
            {
                integers = graph.AddConstant(graph.UniqueName($"{input.Name}_quantized"), LinearQuantizer.Quantize(constant, parameters));
            }
            else
            {
                integers = graph.Add("QuantizeLinear",
                    [FitsItsType(parameters.Spec) ? input : Clipped(graph, input, parameters, node), scale, zeroPoint],
                    $"{input.Name}_quantized", new(attributes), before: node);
            }
            var dequantize = OperatorTable.Create("", "DequantizeLinear", graph.Opset, attributes);
            var following = node.Following;
            graph.Remove(node);
            graph.Add(dequantize, [integers, scale, zeroPoint], [output], attributes, name: graph.UniqueNodeName(output.Name),
                before: following);
        }
        ProductBiases.Widen(graph);
        graph.RemoveUnreadConstants();
        GraphCheck.Check(graph);

        var model = quantized.Model.With(graph);
        model.ProducerName = "octet";
        model.ProducerVersion = typeof(QdqExport).Assembly.GetName().Version?.ToString(3) ?? "";
        model.IrVersion = Math.Max(model.IrVersion, needsOtherWidths ? 10 : 7);
        model.Metadata[MetadataKey] = howMade;
        return model;
    }

    /// <summary>Whether the type that holds the integers saturates where they end.</summary>
    static bool FitsItsType(QuantizationSpec spec) =>
        spec.Bits == 8 * spec.StorageType.Size || spec.StorageType is DataType.Int4 or DataType.UInt4 && spec.Bits == 4;

    /// <summary>The real values that the integers can represent, where they are fewer than those of the type: 6 bits in int8.</summary>
    static Value Clipped(Graph graph, Value value, QuantizationParameters parameters, Node before)
    {
        var range = parameters.RangeOf(0);
        var low = graph.AddConstant(graph.UniqueName($"{value.Name}_low"), Tensor.Of(Shape.Scalar, range.Low));
        var high = graph.AddConstant(graph.UniqueName($"{value.Name}_high"), Tensor.Of(Shape.Scalar, range.High));
        return graph.Add("Clip", [value, low, high], $"{value.Name}_clipped", before: before);
    }

    /// <summary>Scale and zero point as constants; a bias has a zero point of 0, which the format leaves out.</summary>
    static (Value Scale, Value? ZeroPoint) AddParameters(Graph graph, string name, QuantizationParameters parameters)
    {
        Shape shape = parameters.Axis is null ? Shape.Scalar : [parameters.Scales.Length];
        var scale = graph.AddConstant(graph.UniqueName($"{name}_scale"), Tensor.Of(shape, parameters.Scales.AsSpan()));
        if (parameters.Spec.StorageType == DataType.Int32) return (scale, null);
        return (scale, graph.AddConstant(graph.UniqueName($"{name}_zero_point"), ZeroPoints(shape, parameters)));
    }

    static Tensor ZeroPoints(Shape shape, QuantizationParameters parameters)
    {
        var tensor = new Tensor(parameters.Spec.StorageType, shape);
        for (var i = 0; i < parameters.ZeroPoints.Length; i++)
        {
            if (tensor.Type.Size == 1) tensor.Bytes[i] = (byte)parameters.ZeroPoints[i];
            else BitConverter.TryWriteBytes(tensor.Bytes[(2 * i)..], (short)parameters.ZeroPoints[i]);
        }
        return tensor;
    }
}
