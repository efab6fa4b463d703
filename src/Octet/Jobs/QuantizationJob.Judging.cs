using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Reporting;

namespace Octet.Jobs;

/// <content>What the float model and the file say of themselves.</content>
public sealed partial record QuantizationJob
{
    /// <summary>What outputs that join unlike quantities are made of: noise that is small beside boxes may be large beside
    /// scores.</summary>
    static IEnumerable<LayerReport> PartsOf(Graph reference, ComparisonResult comparison)
    {
        var parts = FloatTail.PartsOf(reference).SelectMany(joined => joined.Parts).ToHashSet();
        return comparison.Layers.Where(layer => parts.Contains(layer.Name)).Select(layer => LayerReport.Of(layer) with { IsPart = true });
    }

    /// <summary>The integer model is read back from its file here too. A report tells what was missed; what to do about it is the caller's
    /// to decide.</summary>
    RunReport AddCheck(RunReport report, Model model, ISampleSource? samples, CancellationToken cancel)
    {
        var tested = Check!.Samples is { } path
            ? ModelPreparation.OpenSamples(model, path, OnBadSample) : samples!.Take(Math.Max(1, ComparedSamples));
        var written = ModelPreparation.Load(Output, cancel: cancel).Graph;
        return report with { Check = Check.Judge(LayerComparison.Compare(model.Graph, written, tested, Options.RunOptions, cancel)) };
    }

    /// <summary>What the float model sees and answers, and its accuracy, before anything is spent on its integers.</summary>
    /// <exception cref="FloatModelException">It seems to give wrong answers, and the job is to stop then.</exception>
    (FloatModelReport? Seen, Accuracy? Accuracy) JudgeFloatModel(
        Model model, ISampleSource? samples, (ISampleSource Samples, Metric Metric)? validation, CancellationToken cancel)
    {
        if ((samples ?? validation?.Samples) is not { } shown) return (null, null);
        var run = FloatModelRun.Of(model, shown, Options.RunOptions, cancel);
        var accuracy = validation is not { } labelled ? null : labelled.Metric.Evaluate(
            Options.RunOptions.Open(model.Graph), labelled.Samples, Options.RunOptions, "evaluate the float model", cancel);
        var seen = run.Report(accuracy);
        if (StopsAtDoubts && seen.Doubts.Any(found => found.IsSevere)) throw new FloatModelException(Model, seen);
        return (seen, accuracy);
    }

    /// <summary>The integer model is read back from its file, so that what is measured is what ships.</summary>
    RunReport AddAnswers(
        RunReport report, Model model, ISampleSource? samples, (ISampleSource Samples, Metric Metric)? validation, Accuracy? before,
        CancellationToken cancel)
    {
        if ((validation?.Samples ?? samples) is not { } shown) return report;
        var exported = ModelPreparation.Load(Output, cancel: cancel);
        report = report with { Agreement = Agreement.Between(model, exported.Graph, shown, Options.RunOptions, cancel) };
        if (validation is not { } labelled) return report;
        var after = labelled.Metric.Evaluate(
            Options.RunOptions.Open(exported.Graph), labelled.Samples, Options.RunOptions, "evaluate the integer model", cancel);
        return report with { FloatAccuracy = before, IntegerAccuracy = after, Difference = before?.DifferenceTo(after) };
    }
}
