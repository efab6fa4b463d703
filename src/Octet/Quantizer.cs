using Octet.Calibration;
using Octet.Data;
using Octet.Graphs;
using Octet.Pipeline;
using Octet.Planning;

namespace Octet;

/// <summary>The front door: from a float ONNX file to an integer one. Each step gives a type that can be looked at, saved and used
/// alone.</summary>
public static class Quantizer
{
    /// <summary>Reads a model and prepares it: constants and normalizations folded, shapes known, preprocessing in its metadata.</summary>
    /// <param name="path">An ONNX file.</param>
    /// <param name="preprocessing">How pictures become inputs; null keeps what the file says.</param>
    /// <param name="cancel">Ends the work between its parts.</param>
    /// <exception cref="OctetException">The file or the preprocessing cannot be used; the message says why.</exception>
    public static Model Load(string path, ImagePreprocessing? preprocessing = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return ModelPreparation.Load(path, preprocessing, cancel);
    }

    /// <summary>Prepares a model in place; see <see cref="Load"/>.</summary>
    public static Model Prepare(Model model, ImagePreprocessing? preprocessing = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ModelPreparation.Prepare(model, preprocessing, cancel);
    }

    /// <summary>Opens samples for a model, with the preprocessing that its metadata holds.</summary>
    /// <param name="model">Says what its inputs are and how pictures become them.</param>
    /// <param name="path">A folder, a list, or an array file: <see cref="SampleSource.Open"/>.</param>
    /// <param name="onBadSample">What to do with samples that cannot be read.</param>
    /// <param name="alsoRead">Files, or folders of them, that are read for another purpose, as labels are: they do not count as
    /// unused.</param>
    /// <exception cref="OctetException">There are no samples, or they do not fit the model.</exception>
    public static ISampleSource OpenSamples(
        Model model, string path, OnBadSample onBadSample = OnBadSample.Fail, IReadOnlyList<string>? alsoRead = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(path);
        return ModelPreparation.OpenSamples(model, path, onBadSample, alsoRead);
    }

    /// <summary>Applies the steps of a recipe to a model: plans, measures what a step needs in one pass over the samples, applies the step,
    /// and goes on with the next.</summary>
    /// <param name="model">A prepared model; it is not changed.</param>
    /// <param name="samples">What the model will see in use; about a hundred are enough.</param>
    /// <param name="options">Recipe, threads, progress.</param>
    /// <param name="cancel">Ends the run between samples or layers.</param>
    /// <exception cref="OctetException">The model cannot run, a sample does not fit it, or its values are not finite.</exception>
    public static QuantizationResult Quantize(Model model, ISampleSource samples, QuantizerOptions? options = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(samples);
        options ??= new();
        return QuantizationPipeline.Run(model, options.Recipe, samples, statistics: null, options.RunOptions, cancel);
    }

    /// <summary>Quantizes by a recipe that needs nothing measured, such as <see cref="Recipes.Dynamic"/>; nothing is run.</summary>
    /// <param name="model">A prepared model; it is not changed.</param>
    /// <param name="options">The recipe.</param>
    /// <exception cref="PlanException">The model has nothing that the recipe makes integers.</exception>
    /// <exception cref="CalibrationException">The recipe chooses ranges or changes weights by what samples show.</exception>
    public static QuantizationResult Quantize(Model model, QuantizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        return QuantizationPipeline.Run(model, options.Recipe, samples: null, statistics: null, options.RunOptions, CancellationToken.None);
    }

    /// <summary>Runs samples, or a part of them, through the float model once and keeps what the methods need to choose from; samples that
    /// steps of the recipe run again are carried along.</summary>
    /// <param name="model">A prepared model.</param>
    /// <param name="samples">All samples, also where only a part is run.</param>
    /// <param name="options">The recipe says which values are measured; threads, progress.</param>
    /// <param name="methods">What to measure for, beside the methods of the recipe.</param>
    /// <param name="shard">The part to run; null runs all.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <exception cref="OctetException">The model cannot run, a sample does not fit it, or its values are not finite.</exception>
    public static CalibrationStatistics Measure(
        Model model, ISampleSource samples, QuantizerOptions? options = null, IReadOnlyList<CalibrationMethod>? methods = null,
        Shard? shard = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(samples);
        return CalibrationRun.Measure(model, samples, options ?? new(), methods, shard, alsoCarried: default, cancel);
    }

    /// <summary>Quantizes with what was measured before: the same bits as with the samples. No data is opened; steps that run samples again
    /// take those that the statistics carry along.</summary>
    /// <param name="model">The prepared model that was measured.</param>
    /// <param name="statistics">Of all samples, or of some.</param>
    /// <param name="options">The recipe, whose methods choose.</param>
    /// <exception cref="CalibrationException">The statistics are of another model, lack what a method needs, or the samples that the recipe
    /// runs again.</exception>
    public static QuantizationResult Quantize(Model model, CalibrationStatistics statistics, QuantizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(statistics);
        options ??= new();
        return QuantizationPipeline.Run(model, options.RecipeWithoutSamples, samples: null, statistics, options.RunOptions,
            CancellationToken.None);
    }

    /// <summary>Chooses ranges, and thresholds for integers without a zero point, from what was measured.</summary>
    /// <param name="model">The prepared model that was measured.</param>
    /// <param name="statistics">Of all samples, or of some.</param>
    /// <param name="options">The recipe, whose methods choose.</param>
    /// <exception cref="CalibrationException">The statistics are of another model, or lack what a method needs.</exception>
    public static CalibrationTable ChooseTable(Model model, CalibrationStatistics statistics, QuantizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(statistics);
        return CalibrationRun.Table(model, statistics, options ?? new());
    }

    /// <summary>Quantizes with ranges that an earlier calibration chose, of Octet or of another tool.</summary>
    /// <param name="model">A prepared model.</param>
    /// <param name="table">What the values of the plan are to represent.</param>
    /// <param name="reading">Where the table came from, and how it is to be read.</param>
    /// <param name="options">The recipe; its methods were those of the table.</param>
    /// <exception cref="CalibrationTableException">The table lacks values of the model; the message lists all.</exception>
    /// <exception cref="CalibrationException">The recipe changes weights, and the table was not measured for it.</exception>
    public static QuantizationResult Quantize(Model model, CalibrationTable table, TableOptions reading,
        QuantizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(reading);
        options ??= new();
        return CalibrationRun.Apply(model, table, reading, options.RecipeWithoutSamples, options.RunOptions, CancellationToken.None);
    }

    /// <summary>Chooses ranges by each method from what was measured once, and compares the outputs of each simulated model with the float
    /// model's.</summary>
    /// <param name="model">The prepared model that was measured.</param>
    /// <param name="statistics">What all of the methods need: <see cref="Measure"/> is given them.</param>
    /// <param name="samples">What to compare outputs on.</param>
    /// <param name="methods">What to try.</param>
    /// <param name="figure">What is best.</param>
    /// <param name="options">The recipe whose method is to be found, threads, progress. Steps that change weights are left out.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <returns>A line for each method, the best first; of equal ones the first of <paramref name="methods"/>.</returns>
    /// <exception cref="OctetException">The statistics are of another model, or a sample does not fit.</exception>
    public static IReadOnlyList<MethodFigures> Search(
        Model model, CalibrationStatistics statistics, ISampleSource samples, IReadOnlyList<CalibrationMethod> methods, SearchFigure figure,
        QuantizerOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(methods);
        return MethodSearch.Compare(model, statistics, samples, methods, figure, options ?? new(), cancel);
    }

    /// <summary>Measures once, finds the method that suits the model best, and applies the recipe with it.</summary>
    /// <param name="model">A prepared model.</param>
    /// <param name="samples">What the model will see in use; outputs are compared on the first 30.</param>
    /// <param name="figure">What is best.</param>
    /// <param name="options">As for <see cref="Quantize(Model, ISampleSource, QuantizerOptions?, CancellationToken)"/>.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <returns>The model, and a line for each method, the best first.</returns>
    /// <exception cref="CalibrationException">The recipe chooses its ranges in a way of its own, as TI's do.</exception>
    /// <exception cref="OctetException">The model cannot run, a sample does not fit it, or its values are not finite.</exception>
    public static (QuantizationResult Result, IReadOnlyList<MethodFigures> Figures) QuantizeByBestMethod(
        Model model, ISampleSource samples, SearchFigure figure, QuantizerOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(samples);
        return MethodSearch.Quantize(model, samples, figure, options ?? new(), cancel);
    }
}
