using System.Globalization;
using Octet.Evaluation;
using Octet.Planning;
using Octet.TexasInstruments;
using Octet.Training;

namespace Octet.Reporting;

/// <summary>The decision that figures lead to.</summary>
/// <param name="Verdict">What the figures mean, in a sentence or two.</param>
/// <param name="Remedies">What to do, the most promising first.</param>
public sealed record Advice(string Verdict, IReadOnlyList<Remedy> Remedies)
{
    /// <summary>Points of a metric that a model may lose without anybody having to think about it.</summary>
    const double HarmlessLoss = 1.0;

    /// <summary>Points of a possible loss that samples may leave open.</summary>
    const double OpenLoss = 3.0;

    /// <summary>Points from which something is wrong with the ranges rather than with 8 bits.</summary>
    const double SevereLoss = 5.0;

    /// <summary>Below this ratio (dB) at an output, decisions of a classifier begin to change; 10 dB is an error of a third of the
    /// signal.</summary>
    const double PoorSqnr = 10;

    const double GoodSqnr = 20;

    /// <summary>Below this share of the multiplications in integers, the file is a float model that takes long to load.</summary>
    const double MinShare = 0.5;

    /// <summary>Rounding leaves the size of a signal as it is; below this, large numbers are missing.</summary>
    const double MinGain = 0.9;

    static readonly Remedy Measure = new(RemedyKind.MeasureAccuracy);

    /// <summary>Verdict and remedies as one text.</summary>
    public override string ToString() => Remedies.Count == 0 ? Verdict : $"{Verdict} What to do: {string.Join("; ", Remedies)}.";

    internal static Advice For(RunReport report)
    {
        if (report.FloatModel?.Doubts.Any(doubt => doubt.IsSevere) == true)
            return new("The float model seems to give wrong answers, so that nothing here says what its integers are worth. Mend that "
                + "first.", [new(RemedyKind.CheckPreprocessing)]);
        if (report.Check is { Missed.Count: > 0 } check) return ForMissed(check, report);
        // Where weights alone are stored as integers, nothing is meant to run in integers.
        var isOfWeightsAlone = report is { QuantizedValues: 0, QuantizedWeights: > 0, IsDynamic: false };
        if (isOfWeightsAlone || report.Work is not { Share: < MinShare } work) return ForQuality(report, isGood: ": good");
        var quality = ForQuality(report, isGood: "");
        return quality with
        {
            Verdict = ($"Only {100 * work.Share:F0} % of the multiply-accumulates run in integers, so that little is gained: "
                + $"{string.Join("; ", work.FloatLayers)}. {quality.Verdict}").TrimEnd(),
        };
    }

    /// <summary>A tolerance that was missed: the value that is furthest off, why, and what mends it.</summary>
    static Advice ForMissed(CheckReport check, RunReport report)
    {
        var worst = check.Missed.MinBy(layer => layer.Euclid)!;
        var text = $"{check.Missed.Count} of {check.Checked} values missed the tolerance, '{worst.Name}' by most.";
        if (worst.Gain >= MinGain) return new($"{text}{Worst(report)}", Others(report));
        return new(string.Create(CultureInfo.InvariantCulture,
            $"{text} It is {worst.Gain:F2} times as large as it should be: its range, or one before it, cuts large numbers "
            + $"off (saturates)."),
            [new(RemedyKind.ChangeMethod, "minmax"), .. Others(report).Where(remedy => remedy.Kind != RemedyKind.ChangeMethod)]);
    }

    static Advice ForQuality(RunReport report, string isGood)
    {
        if (report is { FloatAccuracy: { } before, IntegerAccuracy: { } after })
            return report.Difference is { IsClear: false } unclear
                ? ForUnclear(unclear, report) : ForLoss(before.Value - after.Value, before.Metric, report);

        var worst = report.Outputs.Count > 0 ? report.Outputs.Min(output => output.SqnrDb) : double.NaN;
        return worst switch
        {
            double.PositiveInfinity => new("The outputs are exactly those of the float model.", [Measure]),
            double.NaN => new("Nothing was measured.", [Measure]),
            < PoorSqnr => new($"Output SQNR is only {worst:F1} dB: expect a visible loss.", [Measure, .. Others(report)]),
            < GoodSqnr =>
                new($"Output SQNR is {worst:F1} dB: usually harmless to a classifier, visible in pixels and boxes.",
                    [Measure]),
            _ => new($"Output SQNR is {worst:F1} dB{isGood}.", [Measure]),
        };
    }

    /// <summary>A difference that may as well be none: what the samples leave open decides.</summary>
    static Advice ForUnclear(AccuracyDifference difference, RunReport report)
    {
        var (text, open) =
            (string.Create(CultureInfo.InvariantCulture, $"{difference.Metric} differs by {difference} on {difference.Samples} samples"),
                -difference.Low);
        if (-difference.Points > HarmlessLoss) return new($"{text}: measure on more samples.{Worst(report)}", [Measure, .. Others(report)]);
        return open <= OpenLoss ? new($"{text}: ship it.", [])
            : new(string.Create(CultureInfo.InvariantCulture,
                $"{text}; neither can a loss of {open:F1} points. Measure on more samples before you ship it."), [Measure]);
    }

    static Advice ForLoss(double loss, string metric, RunReport report) => loss switch
    {
        <= 0 => new("No loss on these samples: ship it.", []),
        <= HarmlessLoss => new($"It loses {loss:F2} points of {metric}: ship it, or try for the rest.", Others(report)),
        < SevereLoss => new($"It loses {loss:F2} points of {metric}.{Worst(report)}", [.. Others(report), new(RemedyKind.AddSamples)]),
        _ => new($"It loses {loss:F2} points of {metric}: do not ship it.{Worst(report)}",
            [new(RemedyKind.CheckPreprocessing), .. Others(report)]),
    };

    /// <summary>What else there is to try: the recipe that tunes layers; where that was it, one that trains, more bits where there are more
    /// to be had, and floats for the worst layers.</summary>
    static IReadOnlyList<Remedy> Others(RunReport report)
    {
        var isWide = report.ActivationBits > 8;
        if (report.Method == QuantModuleOptions.MethodName) return isWide
            // Wide values beside narrow weights make TI's calibration worse: both widen together.
            ? [new(RemedyKind.UseRecipe, "pow2-best-16"), new(RemedyKind.Train)]
            : [new(RemedyKind.UseRecipe, "pow2-best", "pow2-best-16")];

        Remedy[] floats = report.WorstLayers.Count > 0 ? [new(RemedyKind.LeaveInFloats, report.WorstLayers[0].Name)] : [];
        if (Pipeline.Recipes.Find(report.Recipe) is { ChangesWeights: true } tuned)
        {
            Remedy[] trained = isWide || tuned.FindStep<TrainingStep>() is not null
                ? [] : [new(RemedyKind.UseRecipe, tuned.Config.Activations.PowerOfTwo ? "pow2-qat" : "qat")];
            return [.. trained, .. floats, .. isWide ? Array.Empty<Remedy>() : [new(RemedyKind.WidenActivations, "16")]];
        }
        // Ranges that each run finds are chosen by no method.
        if (report.IsDynamic) return [.. floats, new(RemedyKind.UseRecipe, "best")];
        return [new(RemedyKind.UseRecipe, "best"), new(RemedyKind.ChangeMethod)];
    }

    static string Worst(RunReport report) =>
        report.WorstLayers is [var layer, ..]
        ? $" The layer that adds most noise is '{layer.Name}' ({layer.Operator}, {layer.LocalSqnrDb ?? layer.SqnrDb:F1} dB)." : "";
}
