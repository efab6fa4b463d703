using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Onnx;
using Octet.Operators;
using Octet.Passes;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Exporting;

/// <summary>
/// Writes a calibrated model the way TI's tools take it: an ONNX graph of floats in which Clip nodes say the range of each value, and beside it the settings that let TIDL
/// keep these ranges instead of calibrating anew.
/// </summary>
/// <remarks>
/// A range is [0, 2^k] or [−2^k, 2^k], or ends earlier at the limit of a bounded activation; the device's range is the next power of two. Weights lie on their grid already, so
/// that rounding them changes nothing. Source: TI edgeai-modeloptimization, quantization/v1/docs (qat.md, tidl_ptq.md).
/// </remarks>
public static class TidlExport
{
    /// <summary>The first opset whose Clip takes its limits as inputs.</summary>
    const int LeastOpset = 11;

    /// <summary>TIDL's quantizationStyle for scales that are powers of two.</summary>
    const int PowerOfTwoStyle = 3;

    /// <summary>TIDL's calibrationOption that takes ranges from the model; until version 8.0 it was 0.</summary>
    const int RangesFromModel = 64;

    /// <summary>The graph with Clips.</summary>
    /// <param name="quantized">Scales of values between operators must be powers of two.</param>
    /// <exception cref="ExportException">They are not, or zero points are not zero.</exception>
    public static Model Export(QuantizedModel quantized)
    {
        var graph = quantized.Plan.Graph.Clone(out var copies);
        UpgradeOpset.To(graph, LeastOpset);
        var values = quantized.Plan.Groups.SelectMany(group => group.Values).ToArray();
        var unfit = values.Where(value => !IsShift(quantized.ActivationOf(value)!)).Select(value => value.Name).ToArray();
        if (unfit.Length > 0) throw ExportException.NoPowersOfTwo(unfit);

        foreach (var value in values) Clip(copies[value], RangeOf(quantized.ActivationOf(value)!));
        new RemoveUnused().Apply(graph);
        GraphCheck.Check(graph);
        return quantized.Model.With(graph);
    }

    /// <summary>Writes the model, and beside <c>NAME.onnx</c> the files <c>NAME.tidl.txt</c> and <c>NAME.tidl.json</c>.</summary>
    /// <returns>The paths of all three.</returns>
    public static IReadOnlyList<string> Write(QuantizedModel quantized, string path)
    {
        var model = Export(quantized);
        string[] paths = [path, Path.ChangeExtension(path, ".tidl.txt"), Path.ChangeExtension(path, ".tidl.json")];
        OnnxWriter.Write(model, path);
        AtomicFile.Write(paths[1], stream => Write(stream, ImportSettings(quantized, Path.GetFileName(path))));
        AtomicFile.Write(paths[2], stream => Write(stream, RuntimeOptions(quantized)));
        return paths;
    }

    /// <summary>The lines of TIDL's import tool that belong to the model.</summary>
    /// <param name="quantized">Says how many bits.</param>
    /// <param name="file">The name of the model's file.</param>
    public static string ImportSettings(QuantizedModel quantized, string file)
    {
        var (activations, weights) = Bits(quantized);
        return string.Create(CultureInfo.InvariantCulture, $"""
            # Settings for TIDL's import tool, to be joined with those of your device.
            inputNetFile = "{file}"
            numFeatureBits = {activations}
            numParamBits = {weights}
            # Scales that are powers of two.
            quantizationStyle = {PowerOfTwoStyle}
            # Ranges come from the Clip nodes of the model. TIDL older than 8.0: calibrationOption = 0
            calibrationOption = {RangesFromModel}

            """);
    }

    /// <summary>The options of TIDL's runtimes (ONNX Runtime, TFLite and TVM with TIDL) that belong to the model, as JSON.</summary>
    public static string RuntimeOptions(QuantizedModel quantized) => new JsonObject
    {
        ["tensor_bits"] = Math.Max(Bits(quantized).Activations, Bits(quantized).Weights),
        ["accuracy_level"] = 0,
        ["advanced_options:quantization_scale_type"] = 1,
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";

    static (int Activations, int Weights) Bits(QuantizedModel quantized) => (
        quantized.Plan.Groups.Select(group => group.Spec.Bits).DefaultIfEmpty(8).Max(),
        quantized.Plan.Weights.Select(weight => weight.Spec.Bits).DefaultIfEmpty(8).Max());

    static void Write(Stream stream, string text)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(text);
    }

    static bool IsShift(QuantizationParameters parameters) =>
        parameters.Scales.Length == 1 && PowerOfTwo.Is(parameters.Scale) && parameters.ZeroPoint == 0 && !parameters.Spec.NarrowRange;

    /// <summary>The range whose last step is left out: [−2^k, 2^k] or [0, 2^k].</summary>
    static ValueRange RangeOf(QuantizationParameters parameters) =>
        new(parameters.Spec.Low * parameters.Scale, (parameters.Spec.High + 1) * parameters.Scale);

    static void Clip(Value value, ValueRange range)
    {
        var clip = new Clip();
        // An activation takes the range as its limits, unless its own are closer.
        if (value.Producer is { } producer && Pact2Placement.LimitsOf(producer) is { } limits)
        {
            var closest = new ValueRange(Math.Max(limits.Low, range.Low), Math.Min(limits.High, range.High));
            Rewiring.Replace(producer, clip, [producer.Inputs[0]!, .. Constants(value, closest)]);
        }
        else Rewiring.InsertBehind(value, clip, $"{value.Name}_clip", ("unclipped", "clipped"), Constants(value, range));
    }

    static Value[] Constants(Value value, ValueRange range)
    {
        var graph = value.Graph;
        return
        [
            graph.AddConstant(graph.UniqueName($"{value.Name}_low"), Tensor.Scalar(range.Low)),
            graph.AddConstant(graph.UniqueName($"{value.Name}_high"), Tensor.Scalar(range.High)),
        ];
    }
}

/// <summary>A model cannot be written in a format.</summary>
public sealed class ExportException(string message) : OctetException(message)
{
    public static ExportException NoPowersOfTwo(IReadOnlyList<string> values) => new(
        $"A file for TIDL needs scales that are powers of two and no zero points; {values.Count} value(s) have others, the first is '{values[0]}'. Quantize by a recipe for TI, as ti-advanced.");
}
