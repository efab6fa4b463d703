using System.Diagnostics;
using Octet.Benchmarks.Comparison;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Pipeline.RecipeFiles;
using Octet.Planning;
using Octet.Running;
using Octet.TexasInstruments;
using Octet.Training;

namespace Octet.Benchmarks.Recipes;

/// <summary><c>Octet.Benchmarks recipes</c>, which <c>benchmarks/recipes.sh</c> calls and describes: what each recipe costs each
/// network.</summary>
static class RecipeTable
{
    const int MaxSamples = 100;
    const int ComparedSamples = 16;

    public static int Print(string[] arguments)
    {
        try
        {
            var models = LabelledModel.All.Where(model => arguments.Contains(model.Name)).DefaultIfEmptyOf(LabelledModel.All);
            // TI's recipes and those that train run the samples many times; they are measured when they are asked for.
            var files = arguments.Where(argument => Path.GetExtension(argument) is ".yaml" or ".yml").ToArray();
            var recipes = Octet.Pipeline.Recipes.All.Where(recipe => arguments.Contains(recipe.Name))
                .Concat(files.Select(RecipeFile.FindOrRead))
                .DefaultIfEmptyOf(
                    Octet.Pipeline.Recipes.All.Where(
                        recipe => TiRecipe.SettingsOf(recipe) is null && recipe.FindStep<TrainingStep>() is null));
            var unknown = arguments.Except(files).Except(LabelledModel.All.Select(model => model.Name))
                .Except(Octet.Pipeline.Recipes.All.Select(recipe => recipe.Name)).ToArray();
            if (unknown.Length > 0)
            {
                Console.Error.WriteLine($"There is no network or recipe {string.Join(", ", unknown.Select(name => $"'{name}'"))}. "
                    + $"Networks: {string.Join(", ", LabelledModel.All.Select(model => model.Name))}; "
                    + $"recipes: {string.Join(", ", Octet.Pipeline.Recipes.All)}.");
                return 2;
            }

            List<string> lines =
                [$"{Machine.Current()}", "", "| network | recipe | accuracy | output SQNR | calibration ÷ forward pass | size |",
                    "|---|---|---|---|---|---|"];
            lines.ForEach(Console.WriteLine);
            foreach (var line in models.SelectMany(model => Measure(model, recipes)))
            {
                lines.Add(line);
                Console.WriteLine(line);
            }
            if (arguments.Length == 0) File.WriteAllLines(Path.Combine(Machine.Current().ResultFolder, "recipes.md"), lines);
            return 0;
        }
        catch (OctetException problem)
        {
            Console.Error.WriteLine(problem.Message);
            return 1;
        }
    }

    static IEnumerable<string> Measure(LabelledModel labelled, Recipe[] recipes)
    {
        var model = Quantizer.Load(labelled.File, labelled.Preprocessing);
        var calibration = Quantizer.OpenSamples(model, labelled.Calibration).Take(MaxSamples);
        var validation = Quantizer.OpenSamples(model, labelled.Validation);
        var metric = labelled.Labels is null
            ? null : Metrics.Open(labelled.Metric, validation, labelled.Labels, StoredPreprocessing.Of(model));
        // Twice, for the first run compiles.
        var forward = Enumerable.Range(0, 2).Select(_ => SecondsOfForwardPass(model, calibration)).Min();
        yield return Line(labelled.Name, "float", Accuracy(metric, model, validation), "", "1.00", new FileInfo(labelled.File).Length);

        foreach (var recipe in recipes)
        {
            var prepared = Quantizer.Load(labelled.File, labelled.Preprocessing);
            var result = Quantizer.Quantize(prepared, calibration, new() { Recipe = recipe });
            var file = Path.Combine(Path.GetTempPath(), $"octet-recipes-{Environment.ProcessId}.onnx");
            try
            {
                result.Save(file);
                var sqnr = LayerComparison.Compare(result.Reference, result.Model.Simulate(),
                    calibration.Take(ComparedSamples)).Outputs.Min(output => output.SqnrDb);
                yield return Line(labelled.Name, recipe.Name, Accuracy(metric, OnnxReader.Read(file), validation), $"{sqnr:F1} dB",
                    $"{result.CalibrationSeconds / forward:F2}", new FileInfo(file).Length);
            }
            finally
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Decoding included, as in a calibration.</summary>
    static double SecondsOfForwardPass(Model model, ISampleSource samples)
    {
        var session = new Session(model.Graph);
        var begin = Stopwatch.GetTimestamp();
        SampleRun.ForEach(samples, "forward", new(), (_, _, sample) => session.Run(sample.Inputs, _ => { }));
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    static string Accuracy(Metric? metric, Model model, ISampleSource samples) =>
        metric is null
        ? "" : string.Join(", ",
            metric.Evaluate(new Session(model.Graph), samples).Figures.Select(figure => $"{figure.Name} {figure.Percent:F2}"));

    static string Line(string network, string recipe, string accuracy, string sqnr, string calibration, long bytes) =>
        $"| {network} | {recipe} | {accuracy} | {sqnr} | {calibration} | {bytes / 1e6:F2} MB |";

    static T[] DefaultIfEmptyOf<T>(this IEnumerable<T> chosen, IEnumerable<T> all) =>
        chosen.ToArray() is { Length: > 0 } some ? some : [.. all];
}
