using System.Diagnostics;
using Octet.Calibration;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Planning;
using Octet.Running;
using Octet.Steps;

namespace Octet.Pipeline;

/// <summary>
/// Leads a model through the steps of a recipe. For each step: what does it need measured? One pass over the samples measures that for all
/// drafts; then the step changes each draft. Where a step leaves several drafts, the one whose outputs have the least noise stays as soon
/// as all have integers.
/// </summary>
sealed class QuantizationPipeline
{
    /// <summary>Of one side of zero: what is kept of histograms to be drawn.</summary>
    const int KeptBins = 64;

    readonly Recipe _recipe;
    readonly ISampleSource? _samples;
    readonly CalibrationStatistics? _statistics;
    readonly SampleRunOptions _run;
    readonly CancellationToken _cancel;
    readonly KeptSamples? _kept;
    readonly List<StepReport> _reports = [];
    readonly Dictionary<string, Histogram> _histograms = [];
    OutputComparison? _judge;
    int _passes;
    int _measured;

    QuantizationPipeline(Recipe recipe, ISampleSource? samples, CalibrationStatistics? statistics, SampleRunOptions run,
        CancellationToken cancel)
    {
        (_recipe, _samples, _statistics, _run, _cancel) = (recipe, samples, statistics, run, cancel);
        _kept = samples is null ? null : new(samples);
    }

    /// <summary>Quantizes a model.</summary>
    /// <param name="model">A prepared model; it is not changed.</param>
    /// <param name="recipe">The steps, and the integers they lead to.</param>
    /// <param name="samples">Calibration samples; null where <paramref name="statistics"/> hold all that the steps need.</param>
    /// <param name="statistics">What was measured before; null measures all.</param>
    /// <param name="run">Threads and progress.</param>
    /// <param name="cancel">Ends the work between samples or layers.</param>
    /// <exception cref="OctetException">The model cannot run, a sample does not fit it, its values are not finite, or the statistics lack
    /// what a step needs.</exception>
    public static QuantizationResult Run(
        Model model, Recipe recipe, ISampleSource? samples, CalibrationStatistics? statistics, SampleRunOptions run,
        CancellationToken cancel)
    {
        PlanException.ThrowIfUnfit(model);
        if (StepOrder.Problems(recipe.Steps).ToArray() is { Length: > 0 } problems)
            throw PlanException.StepsOutOfOrder(recipe.Name, problems.Select(entry => entry.Problem));
        // Planned before anything is measured: what the recipe cannot have is told at once.
        var draft = new QuantizationDraft(model, recipe);
        _ = draft.Plan;
        if (samples is null && statistics is not null && RecipeNeeds.Of(model, recipe).Reruns is { IsEmpty: false } reruns)
            samples = statistics.SamplesFor(reruns, $"Recipe {recipe.Name}");
        if (samples is null && recipe.ChangesWeights) throw CalibrationException.NeedsSamples(recipe.Name);
        if (samples is null && statistics is null && recipe.NeedsSamples) throw CalibrationException.NeedsRanges(recipe.Name);
        return new QuantizationPipeline(recipe, samples, statistics, run, cancel).Run(model, draft);
    }

    QuantizationResult Run(Model model, QuantizationDraft first)
    {
        var watch = Stopwatch.StartNew();
        IReadOnlyList<QuantizationDraft> drafts = [first];
        foreach (var group in GroupsOf(_recipe.Steps))
        {
            _cancel.ThrowIfCancellationRequested();
            var measured = Measure(group[0], drafts);
            KeepHistograms(measured);
            var context = Context(measured);
            drafts = [.. drafts.SelectMany(draft => Apply(group, draft, context))];
            drafts = Judge(group, model, drafts);
        }
        var result = drafts[0];
        var table = new CalibrationTable
        {
            Method = result.Method,
            Samples = Math.Max(_measured, _kept?.Count ?? 0),
            Ranges = result.Ranges,
        };
        return new(result.Quantized!, table, watch.Elapsed.TotalSeconds)
        {
            Reference = result.Reference,
            Calibrated = result.Calibrated,
            Steps = _reports,
            Passes = _passes + (_kept is { Count: > 0 } ? 1 : 0),
            KeptSamples = _kept?.Count ?? 0,
            KeptBytes = _kept?.Bytes ?? 0,
            Histograms = _histograms,
        };
    }

    /// <summary>Steps that work layer by layer and follow each other are one group: they share one walk through the layers.</summary>
    static IEnumerable<IReadOnlyList<QuantizationStep>> GroupsOf(IReadOnlyList<QuantizationStep> steps)
    {
        for (var first = 0; first < steps.Count;)
        {
            var walk = steps.Skip(first).TakeWhile(step => step is LayerStep).ToArray();
            QuantizationStep[] group = walk.Length > 0 ? walk : [steps[first]];
            yield return group;
            first += group.Length;
        }
    }

    /// <remarks>Where samples cannot pass layer by layer, the integers that ranges give are a result of their own; the report says what was
    /// left out.</remarks>
    static IReadOnlyList<QuantizationDraft> Apply(IReadOnlyList<QuantizationStep> group, QuantizationDraft draft, StepContext context)
    {
        if (group[0] is not LayerStep) return group[0].Apply(draft, context);
        return LockstepRun.NodesThatCannotRun(draft.Plan.Graph).FirstOrDefault() is { } node
            ? [draft.WithRemark($"{StepReport.LeftOut}: {node.OpType} {node.Label} holds a graph of its own, through which samples "
                + "cannot pass layer by layer")]
            : [LayerWalk.Apply(draft, [.. group.Cast<LayerStep>()], context)];
    }

    /// <summary>Measures what a step needs of all drafts, in one pass over the samples; nothing is run for what was measured
    /// before.</summary>
    Dictionary<Value, IObserver> Measure(QuantizationStep step, IReadOnlyList<QuantizationDraft> drafts)
    {
        var (known, open) = (new Dictionary<Value, IObserver>(), new List<MeasuredGraph>());
        foreach (var draft in drafts)
        {
            var needs = MeasurementNeed.ByValue(step.Needs(draft));
            if (needs.Count == 0) continue;
            if (_statistics is { } statistics && !draft.IsEqualized && TakeKnown(statistics, needs, known)) continue;
            open.Add(MeasuredGraph.Of(draft.Model.Graph, needs));
        }
        if (known.Count > 0) _measured = _statistics!.Samples;
        if (open.Count == 0) return known;

        var results = Calibrator.Measure(open, _samples!, _run, _cancel);
        foreach (var (value, observer) in results.SelectMany(result => result.Observers)) known[value] = observer;
        _passes++;
        _measured = _samples == _statistics?.Store ? _statistics!.Samples : results[0].Samples;
        return known;
    }

    /// <summary>Takes what was measured before.</summary>
    /// <returns>Whether it is all that is needed; if not, and there are samples, they are measured.</returns>
    /// <exception cref="CalibrationException">Something is lacking, and only samples that the statistics carry could tell it: they are a
    /// part of what was measured.</exception>
    bool TakeKnown(CalibrationStatistics statistics, Dictionary<Value, Statistic[]> needs, Dictionary<Value, IObserver> known)
    {
        var canMeasure = _samples is not null && _samples != statistics.Store;
        if (canMeasure && !needs.All(need => statistics.Has(need.Key.Name, need.Value))) return false;
        var lacking = needs.Keys.Select(value => value.Name).Where(name => !statistics.Observers.ContainsKey(name)).ToArray();
        if (lacking.Length > 0) throw CalibrationException.Lacks(lacking, _recipe.Name);
        // A statistic that was not measured is told by who asks for it, with the method.
        foreach (var value in needs.Keys) known[value] = statistics.Observers[value.Name];
        return true;
    }

    /// <summary>Keeps what was counted last of each value, in few bins: observers themselves take megabytes.</summary>
    void KeepHistograms(Dictionary<Value, IObserver> measured)
    {
        foreach (var (value, observer) in measured)
        {
            var counted = observer is ObserverSet set ? set.FinestHistogram() : (observer as HistogramObserver)?.Histogram;
            if (counted is not null) _histograms[value.Name] = counted.Folded(Math.Min(KeptBins, counted.Bins));
        }
    }

    StepContext Context(Dictionary<Value, IObserver> measured) =>
        new((value, statistic) => measured[value] is ObserverSet set ? set[statistic] : measured[value], _kept, _run, _cancel);

    /// <summary>Keeps the best of several drafts, and notes what the steps gave, if there is anything to compare.</summary>
    IReadOnlyList<QuantizationDraft> Judge(IReadOnlyList<QuantizationStep> group, Model model, IReadOnlyList<QuantizationDraft> drafts)
    {
        var hasIntegers = drafts.All(draft => draft.Quantized is not null);
        // A recipe without further steps is judged only by the report.
        if (!hasIntegers || _samples is null || (drafts.Count == 1 && !_recipe.ChangesWeights))
        {
            _reports.Add(new([.. group.Select(step => step.Name)], null, ""));
            return drafts;
        }
        _judge ??= new(model.Graph, _samples.Slice(new(Math.Max(0, _samples.Count - RecipeNeeds.JudgedSamples), _samples.Count)), _run,
            FloatTail.PartsOf(model.Graph), _cancel);
        var sqnr = drafts.Select(
            draft => _judge.Compare(draft.Quantized!.Simulate(), "compare").Select(output => output.SqnrDb).DefaultIfEmpty(double.NaN)
                .Min()).ToArray();
        var best = Array.IndexOf(sqnr, sqnr.Max());
        _reports.Add(new([.. group.Select(step => step.Name)], sqnr[best], drafts[best].Remark));
        return [drafts[best]];
    }
}
