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
    /// <summary>What the samples that statistics carry along may take: some seven thousand pictures of 224 by 224.</summary>
    const long MaxCarriedBytes = 4L << 30;

    /// <summary>Runs samples, or a part of them, through the float model once, keeps what the methods need to choose from, and carries
    /// those samples along that steps of the recipe run again.</summary>
    /// <param name="model">A prepared model.</param>
    /// <param name="samples">All samples, also where only a part is run.</param>
    /// <param name="options">The recipe; threads and progress.</param>
    /// <param name="methods">What to measure for, beside the methods of the recipe; null for those alone.</param>
    /// <param name="shard">The part; null for all.</param>
    /// <param name="alsoCarried">Samples that are carried along for other work than that of the recipe.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    public static CalibrationStatistics Measure(
        Model model, ISampleSource samples, QuantizerOptions options, IReadOnlyList<CalibrationMethod>? methods, Shard? shard,
        SampleSelection alsoCarried, CancellationToken cancel)
    {
        options = options with { Recipe = options.RecipeWithoutSamples };
        var needs = NeedsOf(model, options.Recipe);
        if (methods is not null && options.Recipe.FindStep<ChooseRanges>() is null)
            throw CalibrationException.HasItsOwnRanges(options.Recipe.Name);
        var part = (shard ?? new(1, 1)).Of(samples.Count);
        if (part.Count == 0) throw new CalibrationException($"Part {shard} has no samples: there are only {samples.Count} in all.");
        var store = SampleStore.Of(samples, needs.Reruns.Union(alsoCarried), part);
        ThrowIfTooMuch(store, options.Recipe.Name);

        var ofMethods = (methods ?? []).SelectMany(
            method => ChooseRanges.NeedsOf(options.WithMethod(method).Recipe.PlanFor(needs.Draft.Model)));
        var shown = samples.Slice(part);
        // A step each, as where one machine does all: what is shown of a value may depend on what is asked of the others.
        var measured = needs.Measured.Count == 0 ? [] : Calibrator.Measure(
            [.. needs.Measured.Select(asked => MeasuredGraph.Of(
                asked.Graph, MeasurementNeed.ByValue(asked.Step is ChooseRanges ? asked.Needs.Concat(ofMethods) : asked.Needs)))],
            shown, options.RunOptions with { FirstSample = part.From }, cancel);
        return new()
        {
            Model = ModelDigest.Of(model),
            Data = DigestOf(samples),
            TotalSamples = samples.Count,
            Seen = [part],
            Skipped = [.. shown.Skipped.Select(sample => sample.Name).Order(StringComparer.Ordinal)],
            Observers = ByName(measured),
            Store = store,
        };
    }

    /// <summary>Chooses ranges, and thresholds for integers without a zero point, from what was measured. A recipe that chooses ranges in a
    /// way of its own has none in the table.</summary>
    public static CalibrationTable Table(Model model, CalibrationStatistics statistics, QuantizerOptions options)
    {
        options = options with { Recipe = options.RecipeWithoutSamples };
        var plan = NeedsOf(model, options.Recipe).Draft.Plan;
        var table = new CalibrationTable
        {
            Method = options.Recipe.Config.ActivationMethod.Name,
            Samples = statistics.Samples,
            Statistics = statistics,
        };
        if (options.Recipe.FindStep<ChooseRanges>() is null) return table with { Method = options.Recipe.Name };
        var lacking = plan.Measured.Where(value => !statistics.Observers.ContainsKey(value.Name)).Select(value => value.Name).ToArray();
        if (lacking.Length > 0) throw CalibrationException.Lacks(lacking, options.Recipe.Name);

        var chosen = ChooseRanges.ForEachGroup(
            plan, (value, statistic) => ((ObserverSet)statistics.Observers[value.Name])[statistic],
            options.RunOptions.EffectiveThreads(plan.Groups.Count),
            (group, observer) =>
                (Range: group.Method.RangeOf(observer, group.Spec),
                    Threshold: group.Method.RangeOf(observer, QuantizationSpec.Int8Symmetric).Magnitude));
        var byName = chosen.SelectMany(entry => entry.Group.Values.Select(value => (value.Name, entry.Choice))).ToArray();
        return table with
        {
            Bins = options.Recipe.Config.ActivationMethod switch
            {
                GridMethod grid => grid.SearchBins,
                HistogramMethod histogram => histogram.Bins,
                _ => 0,
            },
            Ranges = byName.ToDictionary(entry => entry.Name, entry => entry.Choice.Range),
            Thresholds = byName.ToDictionary(entry => entry.Name, entry => entry.Choice.Threshold),
        };
    }

    /// <summary>Quantizes with ranges that an earlier calibration chose, of Octet or of another tool; a recipe that changes weights works
    /// on what was measured, and on the samples that it carries along.</summary>
    public static QuantizationResult Apply(
        Model model, CalibrationTable table, TableOptions reading, Recipe recipe, SampleRunOptions run, CancellationToken cancel)
    {
        if (recipe.ChangesWeights)
        {
            if (table.Statistics is not { } statistics) throw CalibrationException.NeedsSamples(recipe.Name);
            ThrowIfOfOtherModel(statistics, model, reading.Path);
            return QuantizationPipeline.Run(model, recipe, samples: null, statistics, run, cancel);
        }
        var draft = NeedsOf(model, recipe).Draft;
        // A table of another tool, or of another recipe, was made of the graph as it is.
        var own = draft.Model.Graph.Values.Select(value => value.Name).Except(model.Graph.Values.Select(value => value.Name));
        if (!own.Intersect(table.ValueNames).Any()) draft = new(model, recipe);

        var ranges = new TableRanges(table, draft.Plan, reading);
        return new(new(draft.Model, ranges.Plan, ranges.RangeOf, ranges.ScalesOf), table, 0) { UnknownNames = ranges.Unknown };
    }

    /// <summary>What a recipe needs measured.</summary>
    /// <exception cref="CalibrationException">It needs nothing.</exception>
    public static RecipeNeeds NeedsOf(Model model, Recipe recipe) =>
        recipe.NeedsSamples ? RecipeNeeds.Of(model, recipe) : throw CalibrationException.HasNoRanges(recipe.Name);

    /// <exception cref="CalibrationTableException">The statistics are of another model.</exception>
    public static void ThrowIfOfOtherModel(CalibrationStatistics statistics, Model model, string path)
    {
        if (statistics.Model != ModelDigest.Of(model))
            throw new CalibrationTableException(path, $"it was measured with another model than '{model.Source}', "
                + "or with other preprocessing");
    }

    /// <summary>By the name of the value; what steps have measured of values of one name is brought together.</summary>
    static Dictionary<string, IObserver> ByName(IReadOnlyList<CalibrationResult> measured) => measured
        .SelectMany(result => result.Observers).GroupBy(entry => entry.Key.Name, entry => (ObserverSet)entry.Value)
        .ToDictionary(sets => sets.Key, IObserver (sets) => ObserverSet.Joined([.. sets]));

    /// <summary>Told before anything is measured, of all parts together.</summary>
    static void ThrowIfTooMuch(SampleStore store, string recipe)
    {
        if (store.Samples.Select(entry => entry.Sample.Load()).FirstOrDefault(sample => sample is not null) is not { } sample) return;
        var count = store.Selection.CountOf(store.Count);
        var bytes = count * sample.Inputs.Values.Sum(tensor => (long)tensor.Bytes.Length);
        if (bytes > MaxCarriedBytes) throw CalibrationException.CarriesTooMuch(recipe, count, bytes, MaxCarriedBytes);
    }

    static string DigestOf(ISampleSource samples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < samples.Count; i++) hash.AppendData(Encoding.UTF8.GetBytes($"{samples.NameOf(i)}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
