using System.Text.Json.Nodes;
using Octet.Calibration;
using Octet.Exporting;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Planning;
using Octet.TexasInstruments;

namespace Octet.Pipeline;

/// <summary>A quantized model and the ranges it was made with.</summary>
/// <param name="Model">Graph, plan and parameters; simulation and exports start from it.</param>
/// <param name="Table">The range of each value.</param>
/// <param name="CalibrationSeconds">Wall time of the run over the samples; zero where a table was given.</param>
public sealed record QuantizationResult(QuantizedModel Model, CalibrationTable Table, double CalibrationSeconds)
{
    /// <summary>Names in a given table that the model has not.</summary>
    public IReadOnlyList<string> UnknownNames { get; init; } = [];

    /// <summary>The graph of floats that layers are to be compared with; it computes what the model that was given computes.</summary>
    public Graph Reference { get; init; } = Model.Plan.Graph;

    /// <summary>The float graph with biases that were calibrated and not rounded yet; null where the recipe leaves biases as they
    /// are.</summary>
    public Graph? Calibrated { get; init; }

    /// <summary>What the steps of the recipe gave, in their order; empty where a table gave the ranges.</summary>
    public IReadOnlyList<StepReport> Steps { get; init; } = [];

    /// <summary>How often the steps went over calibration samples; comparisons on a few of them do not count.</summary>
    public int Passes { get; init; }

    /// <summary>What calibration counted, in few bins, by the name of the value; empty where the recipe needs no histograms.</summary>
    internal IReadOnlyDictionary<string, Histogram> Histograms { get; init; } = new Dictionary<string, Histogram>();

    /// <summary>The number of samples that steps kept in memory.</summary>
    public int KeptSamples { get; init; }

    /// <summary>What the tensors of these samples took.</summary>
    public long KeptBytes { get; init; }

    /// <summary>The model as ONNX with QuantizeLinear and DequantizeLinear, and how it was made in its metadata.</summary>
    public Model Export() => QdqExport.Export(Model, HowMade());

    /// <summary>Writes <see cref="Export"/> to a file, which appears whole or not at all.</summary>
    public void Save(string path) => Save(path, QuantizedFormat.Qdq);

    /// <summary>Writes the model in one of the forms that ONNX has for integers to a file, which appears whole or not at all.</summary>
    /// <returns>The nodes that the form cannot say as integers; none are told for <see cref="QuantizedFormat.Qdq"/>.</returns>
    /// <exception cref="ConversionException">The form is <see cref="QuantizedFormat.QOperator"/>, and nothing in the model takes
    /// it.</exception>
    public IReadOnlyList<UnconvertedNode> Save(string path, QuantizedFormat form)
    {
        ArgumentNullException.ThrowIfNull(path);
        var converted = form == QuantizedFormat.QOperator ? QOperatorExport.Convert(Export()) : new(Export(), []);
        OnnxWriter.Write(converted.Model, path);
        return converted.Left;
    }

    /// <summary>Writes the model as TI's tools take it, with settings beside it; see <see cref="TidlExport"/>.</summary>
    /// <param name="path">Of the ONNX file; its folder has to be there.</param>
    /// <param name="weightsOnGrid">Whether weights and biases are rounded already. Without, TIDL rounds them, to the same integers.</param>
    /// <param name="version">The major version of TIDL that will read it.</param>
    /// <exception cref="ExportException">The model has scales that TIDL cannot take.</exception>
    public TidlReadBack SaveForTidl(string path, bool weightsOnGrid = false, int version = TidlSettings.FirstWithRangesFromModel)
    {
        ArgumentNullException.ThrowIfNull(path);
        return TidlExport.Write(Model, path, weightsOnGrid ? null : new TidlFloats(Reference, Calibrated ?? Reference), version);
    }

    string HowMade() => new JsonObject
    {
        ["version"] = 1,
        ["target"] = Model.Plan.Target.Name,
        ["method"] = Table.Method,
        ["samples"] = Table.Samples,
        ["recipe"] = Model.Plan.Recipe.Name,
        ["activations"] = Model.Plan.Recipe.Config.Activations.ToString(),
        ["weights"] = Model.Plan.Recipe.Config.Weights.ToString(),
    }.ToJsonString();
}
