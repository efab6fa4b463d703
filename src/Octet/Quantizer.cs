using Octet.Calibration;
using Octet.Data;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Onnx;
using Octet.Passes;
using Octet.Planning;
using Octet.Tensors;

namespace Octet;

/// <summary>The front door: from a float ONNX file to an integer one. Each step gives a type that can be looked at, saved and used alone.</summary>
public static partial class Quantizer
{
    /// <summary>Reads a model and prepares it: constants and normalizations folded, shapes known, preprocessing in its metadata.</summary>
    /// <param name="path">An ONNX file.</param>
    /// <param name="preprocessing">How pictures become inputs; null keeps what the file says.</param>
    /// <param name="cancel">Ends the work between its parts.</param>
    /// <exception cref="OctetException">The file or the preprocessing cannot be used; the message says why.</exception>
    public static Model Load(string path, ImagePreprocessing? preprocessing = null, CancellationToken cancel = default) => Prepare(OnnxReader.Read(path), preprocessing, cancel);

    /// <summary>Prepares a model in place; see <see cref="Load"/>.</summary>
    public static Model Prepare(Model model, ImagePreprocessing? preprocessing = null, CancellationToken cancel = default)
    {
        PassPipeline.Prepare.Apply(model.Graph, cancel);
        preprocessing?.StoreIn(model);
        return model;
    }

    /// <summary>Opens samples for a model, with the preprocessing that its metadata holds.</summary>
    /// <param name="model">Says what its inputs are and how pictures become them.</param>
    /// <param name="path">A folder, a list, or an array file: <see cref="SampleSource.Open"/>.</param>
    /// <param name="onBadSample">What to do with samples that cannot be read.</param>
    public static ISampleSource Samples(Model model, string path, OnBadSample onBadSample = OnBadSample.Fail) =>
        SampleSource.Open(path, ModelInput.Of(model.Graph), StoredPreprocessing.Of(model), onBadSample);

    /// <summary>Runs the samples through the float model once, chooses ranges, and gives the quantized model.</summary>
    /// <param name="model">A prepared model.</param>
    /// <param name="samples">What the model will see in use; about a hundred are enough.</param>
    /// <param name="options">Recipe, threads, progress.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <exception cref="OctetException">The model cannot run, a sample does not fit it, or its values are not finite.</exception>
    public static QuantizationResult Quantize(Model model, ISampleSource samples, QuantizerOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new();
        if (options.Recipe.Pact2 is not null) return Pact2Calibration.Quantize(model, samples, options, cancel);
        if (options.Recipe.Tuning is not null) return TunedCalibration.Quantize(model, samples, options, cancel);
        var observed = new ObservedModel(model, options.Recipe);
        observed.Run(samples, options.Run, cancel);
        return observed.Convert();
    }

    /// <summary>Quantizes with ranges that an earlier calibration chose, of Octet or of another tool.</summary>
    /// <param name="model">A prepared model.</param>
    /// <param name="table">What the values of the plan are to represent.</param>
    /// <param name="reading">Where the table came from, and how it is to be read.</param>
    /// <param name="options">The recipe; its methods were those of the table.</param>
    /// <exception cref="CalibrationTableException">The table lacks values of the model; the message lists all.</exception>
    /// <exception cref="CalibrationException">The recipe changes weights, which takes samples.</exception>
    public static QuantizationResult Quantize(Model model, CalibrationTable table, TableOptions reading, QuantizerOptions? options = null)
    {
        options ??= new();
        if (options.Recipe.ChangesWeights) throw CalibrationException.NeedsSamples(options.Recipe.Name);
        var plan = PlanOf(model, options.Recipe);
        // A table of another tool, or of another recipe, was made without changes of channels.
        if (!table.ValueNames.Intersect(plan.Graph.Values.Select(value => value.Name)).Except(model.Graph.Values.Select(value => value.Name)).Any()) plan = PlanOf(model, options.Recipe with { EqualizeGates = false });

        var ranges = new TableRanges(table, plan, reading);
        return new(new(model.With(plan.Graph), ranges.Plan, ranges.RangeOf, ranges.ScalesOf), table, 0) { UnknownNames = ranges.Unknown };
    }
}
