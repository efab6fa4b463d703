using System.Diagnostics;
using Octet.Data;
using Octet.Evaluation;
using Octet.Onnx;
using Octet.Running;

namespace Octet.Benchmarks.Recipes;

static class Lab
{
    public static int Run(string[] arguments)
    {
        var labelled = LabelledModel.All.Single(model => model.Name == arguments[0]);
        var recipe = Octet.Planning.Recipes.All.Single(recipe => recipe.Name == arguments[1]);
        var most = int.Parse(Environment.GetEnvironmentVariable("LAB_CALIB") ?? "100");
        var model = Quantizer.Load(labelled.File, labelled.Preprocessing);
        var calibration = Quantizer.Samples(model, labelled.Calibration).Take(most);
        var validation = Quantizer.Samples(model, labelled.Validation);
        var watch = Stopwatch.StartNew();
        var result = Quantizer.Quantize(model, calibration, new() { Recipe = recipe });
        var seconds = watch.Elapsed.TotalSeconds;
        var graph = result.Model.Simulate();
        var held = LayerComparison.Compare(result.Reference, graph, validation.Take(60));
        var sqnr = held.Outputs.Min(output => output.SqnrDb);
        if (Environment.GetEnvironmentVariable("LAB_LAYERS") is not null)
            foreach (var layer in held.Layers) Console.WriteLine($"  {layer.SqnrDb,6:F1} {layer.Operator,-16} {layer.Name}");
        var accuracy = "";
        if (labelled.Labels is not null && Environment.GetEnvironmentVariable("LAB_NOACC") is null)
            accuracy = string.Join(", ", Metrics.Open(labelled.Metric, validation, labelled.Labels, StoredPreprocessing.Of(model)).Evaluate(new Session(graph), validation).Figures.Select(figure => $"{figure.Name} {figure.Percent:F2}"));
        Console.WriteLine($"{labelled.Name} {recipe.Name} heldout {sqnr:F2} dB  {accuracy}  {seconds:F0} s  peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB");
        return 0;
    }
}
