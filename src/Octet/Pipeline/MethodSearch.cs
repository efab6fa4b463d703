using Octet.Calibration;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Planning;
using Octet.Steps;

namespace Octet.Pipeline;

/// <summary>By what a search judges the outputs of a simulated model.</summary>
public enum SearchFigure
{
    /// <summary>Cosine similarity, 1 for equal directions.</summary>
    Cosine,

    /// <summary>Signal to quantization noise ratio, in decibels.</summary>
    Sqnr,
}

/// <summary>What a method gave in a search.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Cosine">The mean cosine of the outputs; 1 is the same direction.</param>
/// <param name="SqnrDb">The mean signal to quantization noise ratio of the outputs, in decibels.</param>
public sealed record MethodFigures(string Method, double Cosine, double SqnrDb);

/// <summary>Finds the calibration method that suits a model best, by trying all of them on what was measured once.</summary>
static class MethodSearch
{
    /// <summary>The number of samples on which a search compares outputs.</summary>
    public const int Samples = 30;

    /// <summary>Chooses ranges by each method, and compares the outputs of each simulated model with the float model's.</summary>
    /// <returns>A line for each method, the best first; of equal ones the first of <paramref name="methods"/>.</returns>
    public static IReadOnlyList<MethodFigures> Compare(
        Model model, CalibrationStatistics statistics, ISampleSource samples, IReadOnlyList<CalibrationMethod> methods, SearchFigure figure,
        QuantizerOptions options, CancellationToken cancel)
    {
        options = WithoutTuning(options);
        var comparison = new OutputComparison(model.Graph, samples, options.RunOptions, FloatTail.PartsOf(model.Graph), cancel);
        var figures = methods.Select(method =>
        {
            var result = QuantizationPipeline.Run(model, options.WithMethod(method).Recipe, null, statistics, options.RunOptions, cancel);
            var outputs = comparison.Compare(result.Model.Simulate(), $"try {method.Name}");
            return new MethodFigures(method.Name, outputs.Average(output => output.Cosine), outputs.Average(output => output.SqnrDb));
        });
        return [.. figures.OrderByDescending(found => figure == SearchFigure.Cosine ? found.Cosine : found.SqnrDb)];
    }

    /// <summary>Measures once for all methods, finds the best one, and applies the recipe with it; ranges come from what was
    /// measured.</summary>
    public static (QuantizationResult Result, IReadOnlyList<MethodFigures> Figures) Quantize(
        Model model, ISampleSource samples, SearchFigure figure, QuantizerOptions options, CancellationToken cancel)
    {
        if (options.Recipe.FindStep<ChooseRanges>() is null) throw CalibrationException.HasItsOwnRanges(options.Recipe.Name);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var methods = CalibrationMethods.All;
        var statistics = CalibrationRun.Measure(model, samples, WithoutTuning(options), methods, shard: null, alsoCarried: default, cancel);
        var figures = Compare(model, statistics, samples.Take(Samples), methods, figure, options, cancel);
        var recipe = options.WithMethod(methods.First(method => method.Name == figures[0].Method)).Recipe;
        var result = QuantizationPipeline.Run(model, recipe, samples, statistics, options.RunOptions, cancel);
        return (result with { CalibrationSeconds = watch.Elapsed.TotalSeconds }, figures);
    }

    static QuantizerOptions WithoutTuning(QuantizerOptions options) =>
        options with { Recipe = options.Recipe with { Steps = [.. options.Recipe.Steps.Where(step => !step.ChangesWeights)] } };
}
