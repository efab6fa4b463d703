using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Verification;

/// <summary>Why ONNX Runtime leaves a layer in floats, from how the file has it.</summary>
/// <remarks>
/// ONNX Runtime's CPU provider fuses DequantizeLinear, layer and QuantizeLinear to one integer kernel where every input of the layer is
/// dequantized from 8 bits, an activation between them is one that it can take in, and the result is quantized again.
/// Source: its documentation "Quantize ONNX models", and what version 1.31 does with the files of the tests.
/// </remarks>
static class FloatReason
{
    /// <param name="layer">A convolution or product that became a float kernel.</param>
    public static string Of(Node layer)
    {
        if (layer.OpType == "ConvTranspose") return "ONNX Runtime has no integer kernel for ConvTranspose on CPUs";
        var (data, weight) = (layer.Inputs.ElementAtOrDefault(0), layer.Inputs.ElementAtOrDefault(1));
        var missing = new List<string>();
        if (data is not null && !IsDequantized(data)) missing.Add($"its input '{data.Name}' is not quantized");
        if (weight is not null && !IsDequantized(weight))
            missing.Add(weight.Constant is null ? $"its input '{weight.Name}' is not quantized" : "its weights are not quantized");
        if (missing.Count > 0) return string.Join(", and ", missing);

        foreach (var value in new[] { data, weight }.OfType<Value>())
        {
            if (IntegerTypeOf(value) is { } type && type is not (DataType.UInt8 or DataType.Int8))
                return $"'{value.Name}' is dequantized from {type.DisplayName}; ONNX Runtime's kernels take 8 bits";
        }
        return BehindOf(layer) ?? "ONNX Runtime did not fuse it, although its inputs and its output are quantized";
    }

    /// <summary>What stands between the layer and the rounding of its output.</summary>
    static string? BehindOf(Node layer)
    {
        var value = layer.Output;
        if (value.Consumers.Count == 0) return "its output leaves the model as floats: no QuantizeLinear reads it";
        if (value.Consumers.All(node => node.OpType == "QuantizeLinear")) return null;
        var others = value.Consumers.Where(node => node.OpType != "QuantizeLinear").ToArray();
        if (others.Length > 1) return $"its output is read as floats by {string.Join(", ", others.Select(node => node.OpType).Distinct())}";
        var reader = others[0];
        return reader.Outputs is [{ } output, ..] && output.Consumers.Count > 0
            && output.Consumers.All(node => node.OpType == "QuantizeLinear")
            ? $"{reader.OpType} stands between it and the QuantizeLinear behind, and ONNX Runtime does not fuse that"
            : $"its output is read as floats by {reader.OpType}";
    }

    static bool IsDequantized(Value value) => value.Producer is { OpType: "DequantizeLinear" };

    /// <summary>The type of the zero point, or of the constant where there is no zero point; null where the file does not say.</summary>
    static DataType? IntegerTypeOf(Value value) =>
        value.Producer!.Inputs.ElementAtOrDefault(2)?.Constant?.Type ?? value.Producer.Inputs[0]?.Constant?.Type;
}
