using Octet.Data;
using Octet.Onnx;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Running;

namespace Octet.TestSupport;

/// <summary>
/// Whoever writes a file reads it in the judge: ONNX Runtime loads what Octet exports, runs samples, and says which layers it runs in
/// integers. Octet runs the same file.
/// </summary>
/// <param name="Outputs">Each output of the model.</param>
/// <param name="Layers">What ONNX Runtime made of the file.</param>
/// <param name="FloatLayers">Convolutions and products that the plan itself leaves in floats.</param>
sealed record ExportJudge(IReadOnlyList<OutputAgreement> Outputs, RuntimeGraph Layers, int FloatLayers)
{
    /// <summary>Exports to a file, and lets both run it.</summary>
    /// <exception cref="Microsoft.ML.OnnxRuntime.OnnxRuntimeException">ONNX Runtime refuses the file, or fails while it runs.</exception>
    public static ExportJudge Judge(QuantizationResult result, ISampleSource samples)
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("export.onnx");
        result.Save(path);
        return Judge(path, samples, result.Model.Plan);
    }

    /// <summary>Lets both run a file that was exported by a plan.</summary>
    public static ExportJudge Judge(string path, ISampleSource samples, QuantizationPlan plan)
    {
        using var folder = new TemporaryFolder();
        var optimized = folder.PathOf("optimized.onnx");
        using var runtime = OnnxRuntime.Load(path, optimizedPath: optimized);
        var session = new Session(OnnxReader.Read(path).Graph);
        using var unfused = OnnxRuntime.LoadAsItStands(path);
        var outputs = new Dictionary<string, OutputAgreement>();
        for (var i = 0; i < samples.Count; i++)
        {
            var inputs = samples.Load(i).Inputs;
            var (judged, own, rounded) = (runtime.Run(inputs), session.Run(inputs), unfused.Run(inputs));
            foreach (var (name, tensor) in judged)
            {
                var agreement = OutputAgreement.Of(name, tensor, own[name], rounded[name]);
                outputs[name] = outputs.TryGetValue(name, out var before) ? before + agreement : agreement;
            }
        }
        return new([.. outputs.Values], RuntimeGraph.Read(optimized),
            plan.Graph.Nodes.Count(node => (RuntimeGraph.IsLayer(node) || RuntimeGraph.IsKernelOfLayers(node.OpType))
                && !plan.ComputesInIntegers(node)));
    }

    /// <summary>What is not as the plan and Octet's own run say; empty if all is.</summary>
    /// <param name="minSqnr">What outputs that are not equal have to reach, in decibels.</param>
    public IEnumerable<string> Problems(double minSqnr = 60) =>
    [
        .. Outputs.Where(output => output.Problem is not null || !output.Reaches(minSqnr)).Select(output => $"output {output}"),
        .. Layers.Floats.Count <= FloatLayers ? [] : (string[])[
            $"{Layers.Floats.Count} layers stay in floats in ONNX Runtime, {FloatLayers} by the "
                + $"plan: {string.Join(", ", Layers.Floats.Select(layer => $"{layer.OpType} {layer.Name}"))}"],
    ];
}

