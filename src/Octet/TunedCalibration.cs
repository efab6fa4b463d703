using System.Diagnostics;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Planning;
using Octet.Steps;

namespace Octet;

/// <summary>Quantizes by a recipe that tunes layers: calibrates, tunes, and where channels are to be equalized does both with and without, and keeps what is nearer to the float model.</summary>
static class TunedCalibration
{
    /// <summary>Samples that decide whether channels stay equalized.</summary>
    const int ComparedSamples = 16;

    public static QuantizationResult Quantize(Model model, ISampleSource samples, QuantizerOptions options, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        // The last ones: where there are many, tuning has not seen them.
        var compared = Math.Min(samples.Count, ComparedSamples);
        var result = Tune(model, samples, options, cancel);
        if (options.Recipe.Tuning!.Equalize)
        {
            // Equal ranges suit the scales of weights, but may leave values with ranges that suit theirs less.
            var equalized = model.With(model.Graph.Clone());
            var other = Equalization.Apply(equalized.Graph, samples, options.Run, cancel) > 0 ? Tune(equalized, samples, options, cancel) : result;
            if (other != result && Sqnr(other) > Sqnr(result)) result = other;
        }
        return result with { CalibrationSeconds = watch.Elapsed.TotalSeconds };

        double Sqnr(QuantizationResult candidate) => LayerComparison.Compare(
            candidate.Reference, candidate.Model.Simulate(), samples.Slice(new(samples.Count - compared, samples.Count)), options.Run, cancel).Outputs.Min(output => output.SqnrDb);
    }

    static Dictionary<string, ValueRange> RangesOf(QuantizedModel model) =>
        model.Plan.Groups.Where(group => group.Fixed is null).SelectMany(group => group.Values).ToDictionary(value => value.Name, value => model.ActivationOf(value)!.RangeOf(0));

    static QuantizationResult Tune(Model model, ISampleSource samples, QuantizerOptions options, CancellationToken cancel)
    {
        var observed = new ObservedModel(model, options.Recipe);
        observed.Run(samples, options.Run, cancel);
        var result = observed.Convert();
        var tuned = LayerTuning.Tune(result.Model, samples, options.Recipe.Tuning!, options.Run, cancel);
        // The reference stays the float graph that was calibrated: tuning changes weights in a copy.
        return result with { Model = tuned, Calibrated = tuned.Plan.Graph, Table = result.Table with { Ranges = RangesOf(tuned) } };
    }
}
