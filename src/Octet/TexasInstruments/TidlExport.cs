using Octet.Exporting;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Onnx;
using Octet.Operators;
using Octet.Passes;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.TexasInstruments;

/// <summary>
/// Writes a calibrated model the way TI's tools take it: an ONNX graph of floats in which Clip nodes say the range of each value, and
/// beside it the settings that let TIDL keep these ranges instead of calibrating anew.
/// </summary>
/// <remarks>
/// A range is [0, 2^k] or [−2^k, 2^k], or ends earlier at the limit of a bounded activation; the device's range is the next power of two.
/// Its scale for a weight follows from the greatest magnitude. Source: TI edgeai-modeloptimization, quantization/v1/docs (qat.md,
/// tidl_ptq.md).
/// </remarks>
public static class TidlExport
{
    /// <summary>The first opset whose Clip takes its limits as inputs.</summary>
    const int MinOpset = 11;

    /// <summary>The graph with Clips.</summary>
    /// <param name="quantized">Scales of values between operators must be powers of two.</param>
    /// <param name="floats">Gives the weights and biases of the file, as they were before they were rounded. Null leaves them on their
    /// grid, so that rounding them changes nothing.</param>
    /// <exception cref="ExportException">A scale is no power of two, or a zero point is not zero.</exception>
    public static Model Export(QuantizedModel quantized, TidlFloats? floats = null)
    {
        ArgumentNullException.ThrowIfNull(quantized);
        return Export(quantized, floats, out _);
    }

    /// <summary>Writes the model into a folder as <c>NAME.onnx</c>, reads it back, and puts <c>NAME.tidl.txt</c> and <c>NAME.tidl.json</c>
    /// beside it.</summary>
    /// <param name="quantized">Scales of values between operators must be powers of two.</param>
    /// <param name="path">Of the ONNX file; its folder has to be there.</param>
    /// <param name="floats">See <see cref="Export(QuantizedModel, TidlFloats?)"/>.</param>
    /// <param name="version">The major version of TIDL that will read it.</param>
    /// <returns>The files, and what the first of them says to those who read it.</returns>
    /// <exception cref="ExportException">The model cannot be written in this form, or differs when it is read back.</exception>
    public static TidlReadBack Write(QuantizedModel quantized, string path, TidlFloats? floats = null,
        int version = TidlSettings.FirstWithRangesFromModel)
    {
        ArgumentNullException.ThrowIfNull(quantized);
        ArgumentNullException.ThrowIfNull(path);
        var model = Export(quantized, floats, out var clips);
        string[] paths = [path, Path.ChangeExtension(path, ".tidl.txt"), Path.ChangeExtension(path, ".tidl.json")];
        OnnxWriter.Write(model, path);
        var found = TidlReadBack.Of(quantized, path, clips) with { Files = paths };
        AtomicFile.Write(paths[1], stream => Write(stream, TidlSettings.WriteForImportTool(quantized, Path.GetFileName(path), version)));
        AtomicFile.Write(paths[2], stream => Write(stream, TidlSettings.WriteForRuntime(quantized)));
        return found;
    }

    static void Write(Stream stream, string text)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(text);
    }

    /// <param name="quantized">See above.</param>
    /// <param name="floats">See above.</param>
    /// <param name="clips">The name of the Clip's output that says the range of a value.</param>
    static Model Export(QuantizedModel quantized, TidlFloats? floats, out IReadOnlyDictionary<Value, string> clips)
    {
        var graph = quantized.Plan.Graph.Clone(out var copies);
        var values = quantized.Plan.Groups.SelectMany(group => group.Values).ToArray();
        var unfit = values.Where(value => !IsShift(quantized.ActivationOf(value)!)).Select(value => value.Name).ToArray();
        if (unfit.Length > 0) throw ExportException.NoPowersOfTwo(unfit);

        if (floats is null) PutOnGrid(quantized, copies);
        else floats.PutInto(quantized, copies);
        UpgradeOpset.To(graph, MinOpset);
        var clipped = values.ToDictionary(value => value, value => Clip(copies[value], RangeOf(quantized.ActivationOf(value)!)));
        new RemoveUnused().Apply(graph);
        GraphCheck.Check(graph);
        clips = clipped.ToDictionary(entry => entry.Key, entry => entry.Value.Name);
        return quantized.Model.With(graph);
    }

    static void PutOnGrid(QuantizedModel quantized, GraphMap copies)
    {
        foreach (var weight in quantized.Plan.Weights.DistinctBy(weight => weight.Weight))
        {
            copies[weight.Weight].Constant = LinearQuantizer.FakeQuantize(weight.Weight.Constant!, quantized.WeightOf(weight));
        }
    }

    static bool IsShift(QuantizationParameters parameters) =>
        parameters.Scales.Length == 1 && PowerOfTwo.Is(parameters.Scale) && parameters.ZeroPoint == 0 && !parameters.Spec.NarrowRange;

    /// <summary>The range whose last step is left out: [−2^k, 2^k] or [0, 2^k].</summary>
    internal static ValueRange RangeOf(QuantizationParameters parameters) =>
        new(parameters.Spec.Low * parameters.Scale, (parameters.Spec.High + 1) * parameters.Scale);

    /// <returns>What the Clip makes.</returns>
    static Value Clip(Value value, ValueRange range)
    {
        var clip = new Clip();
        // An activation takes the range as its limits, unless its own are closer.
        if (value.Producer is { } producer && producer.Limits is { } limits)
        {
            var closest = new ValueRange(Math.Max(limits.Low, range.Low), Math.Min(limits.High, range.High));
            Rewiring.Replace(producer, clip, [producer.Inputs[0]!, .. Constants(value, closest)]);
            return value;
        }
        return Rewiring.InsertBehind(value, clip, $"{value.Name}_clip", ("unclipped", "clipped"), Constants(value, range)).Output;
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
