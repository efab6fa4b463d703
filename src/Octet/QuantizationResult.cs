using System.Text.Json.Nodes;
using Octet.Calibration;
using Octet.Exporting;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Planning;

namespace Octet;

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

    /// <summary>The model as ONNX with QuantizeLinear and DequantizeLinear, and how it was made in its metadata.</summary>
    public Model Export() => QdqExport.Export(Model, HowMade());

    /// <summary>Writes <see cref="Export"/> to a file, which appears whole or not at all.</summary>
    public void Save(string path) => OnnxWriter.Write(Export(), path);

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
