using System.Security.Cryptography;
using System.Text;
using Octet.Calibration;
using Octet.Calibration.Methods;
using Octet.Data;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Planning;
using Octet.Steps;

namespace Octet.Pipeline;

/// <summary>Calibration in two parts: measure, which takes long and can be spread over machines, and choose, which takes a moment and can
/// be repeated.</summary>
static class CalibrationRun
{
    /// <summary>Runs samples, or a part of them, through the float model once and keeps what the methods need to choose from.</summary>
    public static CalibrationStatistics Measure(
        Model model, ISampleSource samples, QuantizerOptions options, IReadOnlyList<CalibrationMethod>? methods, Shard? shard,
        CancellationToken cancel)
    {
        options = options with { Recipe = options.RecipeWithoutSamples };
        var draft = MeasuredDraft(model, options.Recipe);
        var plans = (methods ?? []).Select(method => options.WithMethod(method).Recipe.PlanFor(draft.Model)).Prepend(draft.Plan).ToArray();
        var part = (shard ?? new(1, 1)).Of(samples.Count);
        if (part.Count == 0) throw new CalibrationException($"Part {shard} has no samples: there are only {samples.Count} in all.");

        var needs = plans.SelectMany(ChooseRanges.NeedsOf).GroupBy(need => need.Value, need => need.Statistic)
            .ToDictionary(needs => needs.Key, needs => needs.Distinct().ToArray());
        var shown = samples.Slice(part);
        var measured = Calibrator.Measure(
            draft.Model.Graph, draft.Plan.Measured, shown, value => new ObserverSet(needs[value]),
            options.RunOptions with { FirstSample = part.From }, cancel);
        return new()
        {
            Model = ModelDigest.Of(model),
            Data = DigestOf(samples),
            TotalSamples = samples.Count,
            Seen = [part],
            Skipped = [.. shown.Skipped.Select(sample => sample.Name).Order(StringComparer.Ordinal)],
            Observers = draft.Plan.Measured.ToDictionary(value => value.Name, value => measured.Observers[value]),
        };
    }

    /// <summary>Chooses ranges, and thresholds for integers without a zero point, from what was measured.</summary>
    public static CalibrationTable Table(Model model, CalibrationStatistics statistics, QuantizerOptions options)
    {
        options = options with { Recipe = options.RecipeWithoutSamples };
        var plan = MeasuredDraft(model, options.Recipe).Plan;
        var lacking = plan.Measured.Where(value => !statistics.Observers.ContainsKey(value.Name)).Select(value => value.Name).ToArray();
        if (lacking.Length > 0) throw CalibrationException.Lacks(lacking, options.Recipe.Name);

        var chosen = ChooseRanges.ForEachGroup(
            plan, (value, statistic) => ((ObserverSet)statistics.Observers[value.Name])[statistic],
            options.RunOptions.EffectiveThreads(plan.Groups.Count),
            (group, observer) =>
                (Range: group.Method.RangeOf(observer, group.Spec),
                    Threshold: group.Method.RangeOf(observer, QuantizationSpec.Int8Symmetric).Magnitude));
        var byName = chosen.SelectMany(entry => entry.Group.Values.Select(value => (value.Name, entry.Choice))).ToArray();
        return new()
        {
            Method = options.Recipe.Config.ActivationMethod.Name,
            Bins = options.Recipe.Config.ActivationMethod switch
            {
                GridMethod grid => grid.SearchBins,
                HistogramMethod histogram =>
                histogram.Bins,
                _ => 0
            },
            Samples = statistics.Samples,
            Ranges = byName.ToDictionary(entry => entry.Name, entry => entry.Choice.Range),
            Thresholds = byName.ToDictionary(entry => entry.Name, entry => entry.Choice.Threshold),
            Statistics = statistics,
        };
    }

    /// <summary>Quantizes with ranges that an earlier calibration chose, of Octet or of another tool.</summary>
    public static QuantizationResult Apply(Model model, CalibrationTable table, TableOptions reading, Recipe recipe)
    {
        if (recipe.ChangesWeights) throw CalibrationException.NeedsSamples(recipe.Name);
        if (!recipe.NeedsSamples) throw CalibrationException.HasNoRanges(recipe.Name);
        var draft = QuantizationPipeline.Draft(model, recipe);
        // A table of another tool, or of another recipe, was made of the graph as it is.
        var own = draft.Model.Graph.Values.Select(value => value.Name).Except(model.Graph.Values.Select(value => value.Name));
        if (!own.Intersect(table.ValueNames).Any()) draft = new(model, recipe);

        var ranges = new TableRanges(table, draft.Plan, reading);
        return new(new(draft.Model, ranges.Plan, ranges.RangeOf, ranges.ScalesOf), table, 0) { UnknownNames = ranges.Unknown };
    }

    /// <summary>The draft whose ranges are chosen by the methods of the recipe.</summary>
    public static QuantizationDraft MeasuredDraft(Model model, Recipe recipe) => recipe switch
    {
        { ChangesWeights: true } => throw CalibrationException.NeedsSamples(recipe.Name),
        { NeedsSamples: false } => throw CalibrationException.HasNoRanges(recipe.Name),
        _ => QuantizationPipeline.Draft(model, recipe),
    };

    static string DigestOf(ISampleSource samples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < samples.Count; i++) hash.AppendData(Encoding.UTF8.GetBytes($"{samples.NameOf(i)}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
