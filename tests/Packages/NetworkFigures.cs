using Octet.Evaluation;
using Octet.Pipeline;
using Octet.Reporting;

namespace Octet.TestSupport;

/// <summary>What quantizing a packaged network by the recipe fast gives, and what the judge says of the file.</summary>
/// <param name="Network">Which.</param>
/// <param name="FloatBytes">The size of its file.</param>
/// <param name="IntegerBytes">The size of the export.</param>
/// <param name="Work">The share of integer work by the plan; null where it cannot be told.</param>
/// <param name="SqnrDb">The worst output of the simulated model against the float model, on the samples; null where none can be
/// compared.</param>
/// <param name="Judged">What ONNX Runtime makes of the export.</param>
sealed record NetworkFigures(PackagedNetwork Network, long FloatBytes, long IntegerBytes, IntegerWork? Work, double? SqnrDb,
    ExportJudge Judged)
{
    /// <exception cref="OutOfReachException">The package cannot be had.</exception>
    /// <exception cref="OctetException">The network cannot be quantized.</exception>
    public static NetworkFigures Measure(PackagedNetwork network)
    {
        var path = network.Require();
        var (model, samples) = (network.Load(path), network.Samples());
        var result = Quantizer.Quantize(model, samples, new() { Recipe = Recipes.Fast });
        using var folder = new TemporaryFolder();
        var export = folder.PathOf("export.onnx");
        result.Save(export);
        var outputs = LayerComparison.Compare(result.Reference, result.Model.Simulate(), samples).Outputs;
        return new(
            network, new FileInfo(path).Length, new FileInfo(export).Length, IntegerWork.Of(result.Model.Plan, samples.Load(0)),
            outputs.Count == 0 ? null : outputs.Min(output => output.SqnrDb), ExportJudge.Judge(export, samples, result.Model.Plan));
    }
}
