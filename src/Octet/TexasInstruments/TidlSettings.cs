using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Octet.Planning;

namespace Octet.TexasInstruments;

/// <summary>What TIDL has to be told so that it takes the ranges of a model's Clip nodes instead of calibrating anew.</summary>
/// <remarks>Source: TI edgeai-modeloptimization, quantization/v1/docs (qat.md, tidl_ptq.md).</remarks>
public static class TidlSettings
{
    /// <summary>The major version of TIDL since which <c>calibrationOption</c> is 64; before it was 0.</summary>
    public const int FirstWithRangesFromModel = 8;

    /// <summary>TIDL's quantizationStyle for scales that are powers of two.</summary>
    const int PowerOfTwoStyle = 3;

    const int RangesFromModel = 64;

    /// <summary>The lines of TIDL's import tool that belong to the model.</summary>
    /// <param name="quantized">Says how many bits.</param>
    /// <param name="file">The name of the model's file.</param>
    /// <param name="version">The major version of TIDL.</param>
    public static string WriteForImportTool(QuantizedModel quantized, string file, int version = FirstWithRangesFromModel)
    {
        ArgumentNullException.ThrowIfNull(quantized);
        ArgumentNullException.ThrowIfNull(file);
        var (activations, weights) = Bits(quantized);
        var isNew = version >= FirstWithRangesFromModel;
        return string.Create(CultureInfo.InvariantCulture, $"""
            # Settings for TIDL's import tool, to be joined with those of your device.
            inputNetFile = "{file}"
            numFeatureBits = {activations}
            numParamBits = {weights}
            # Scales that are powers of two.
            quantizationStyle = {PowerOfTwoStyle}
            # Ranges come from the Clip nodes of the model. {(isNew ? "TIDL older than 8.0: calibrationOption = 0" : "TIDL from 8.0 on: calibrationOption = 64")}
            calibrationOption = {(isNew ? RangesFromModel : 0)}

            """);
    }

    /// <summary>The options of TIDL's runtimes (ONNX Runtime, TFLite and TVM with TIDL) that belong to the model, as JSON.</summary>
    public static string WriteForRuntime(QuantizedModel quantized)
    {
        ArgumentNullException.ThrowIfNull(quantized);
        return new JsonObject
        {
            ["tensor_bits"] = Math.Max(Bits(quantized).Activations, Bits(quantized).Weights),
            ["accuracy_level"] = 0,
            ["advanced_options:quantization_scale_type"] = 1,
        }.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
    }

    static (int Activations, int Weights) Bits(QuantizedModel quantized) => (
        quantized.Plan.Groups.Select(group => group.Spec.Bits).DefaultIfEmpty(8).Max(),
        quantized.Plan.Weights.Select(weight => weight.Spec.Bits).DefaultIfEmpty(8).Max());
}
