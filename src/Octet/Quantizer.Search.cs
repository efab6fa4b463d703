using Octet.Calibration;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Reporting;

namespace Octet;

/// <summary>By what a search judges the outputs of a simulated model.</summary>
public enum SearchFigure
{
    Cosine,
    Sqnr,
}

/// <summary>Which method suits a model best: tried, not guessed.</summary>
public static partial class Quantizer
{
    /// <summary>How many samples a search compares outputs on.</summary>
    internal const int SearchSamples = 30;

    /// <summary>Chooses ranges by each method from what was measured once, and compares the outputs of each simulated model with the float model's.</summary>
    /// <param name="model">The prepared model that was measured.</param>
    /// <param name="statistics">What all of the methods need: <see cref="Measure"/> is given them.</param>
    /// <param name="samples">What to compare outputs on.</param>
    /// <param name="methods">What to try.</param>
    /// <param name="figure">What is best.</param>
    /// <param name="options">The recipe whose method is to be found, threads, progress. What the recipe does to weights and biases beyond ranges is left out.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <returns>A line for each method, the best first; of equal ones the first of <paramref name="methods"/>.</returns>
    /// <exception cref="OctetException">The statistics are of another model, or a sample does not fit.</exception>
    public static IReadOnlyList<MethodFigures> Search(
        Model model, CalibrationStatistics statistics, ISampleSource samples, IReadOnlyList<CalibrationMethod> methods, SearchFigure figure,
        QuantizerOptions? options = null, CancellationToken cancel = default)
    {
        options = WithoutTuning(options ?? new());
        var comparison = new OutputComparison(model.Graph, samples, options.Run, cancel);
        var figures = methods.Select(method =>
        {
            var outputs = comparison.Compare(Quantize(model, statistics, options.WithMethod(method)).Model.Simulate(), $"try {method.Name}");
            return new MethodFigures(method.Name, outputs.Average(output => output.Cosine), outputs.Average(output => output.SqnrDb));
        });
        return [.. figures.OrderByDescending(found => figure == SearchFigure.Cosine ? found.Cosine : found.SqnrDb)];
    }

    /// <summary>Measures, finds the method that suits the model best, and quantizes with it.</summary>
    /// <param name="model">A prepared model.</param>
    /// <param name="samples">What the model will see in use; outputs are compared on the first 30.</param>
    /// <param name="figure">What is best.</param>
    /// <param name="options">As for <see cref="Quantize(Model, ISampleSource, QuantizerOptions?, CancellationToken)"/>; a recipe that tunes layers does so with the ranges of the best method.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <returns>The model, and a line for each method, the best first.</returns>
    /// <exception cref="CalibrationException">The recipe chooses its ranges in a way of its own, as TI's do.</exception>
    /// <exception cref="OctetException">The model cannot run, a sample does not fit it, or its values are not finite.</exception>
    public static (QuantizationResult Result, IReadOnlyList<MethodFigures> Figures) QuantizeByBestMethod(
        Model model, ISampleSource samples, SearchFigure figure, QuantizerOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new();
        if (options.Recipe.Pact2 is not null) throw CalibrationException.HasItsOwnRanges(options.Recipe.Name);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var methods = CalibrationMethods.All;
        var statistics = Measure(model, samples, WithoutTuning(options), methods, cancel: cancel);
        var figures = Search(model, statistics, samples.Take(SearchSamples), methods, figure, options, cancel);
        var chosen = options.WithMethod(methods.First(method => method.Name == figures[0].Method));
        var result = chosen.Recipe.ChangesWeights ? Quantize(model, samples, chosen, cancel) : Quantize(model, statistics, chosen);
        return (result with { CalibrationSeconds = watch.Elapsed.TotalSeconds }, figures);
    }

    static QuantizerOptions WithoutTuning(QuantizerOptions options) => options with { Recipe = options.Recipe with { Tuning = null } };
}
