using System.Diagnostics;
using Octet.Calibration;
using Octet.Calibration.Formats;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Reporting;
using Octet.Steps;

namespace Octet.Jobs;

/// <summary>Calibration from file to file: measure a model, or merge what others measured, choose ranges, tune them, and write a table.
/// What <c>octet calibrate</c> does.</summary>
public sealed record CalibrationJob
{
    /// <summary>The float ONNX model.</summary>
    public required string Model { get; init; }

    /// <summary>Where the table goes.</summary>
    public required string Output { get; init; }

    /// <summary>How the table is written.</summary>
    public ICalibrationFormat Format { get; init; } = CalibrationFormats.Octet;

    /// <summary>Calibration samples; null where tables are merged and nothing else needs samples.</summary>
    public string? Data { get; init; }

    /// <summary>How many of the samples to use; null uses all.</summary>
    public int? Samples { get; init; }

    /// <summary>The part of the samples to measure; null measures all.</summary>
    public Shard? Shard { get; init; }

    /// <summary>Tables in Octet's format whose statistics are merged, instead of measuring; empty measures.</summary>
    public IReadOnlyList<string> Merge { get; init; } = [];

    /// <summary>Tries all methods and keeps the best by this figure of the outputs; null takes the method of the recipe.</summary>
    public SearchFigure? Search { get; init; }

    /// <summary>The bins that methods choose among; null leaves each its own number. Methods that look at no histogram have none.</summary>
    public int? Bins { get; init; }

    /// <summary>How many samples the methods of a search are compared on.</summary>
    public int SearchSamples { get; init; } = MethodSearch.Samples;

    /// <summary>How many samples thresholds are tuned with; zero leaves them.</summary>
    public int TuneSamples { get; init; }

    /// <summary>The samples that thresholds are tuned with; null takes the first of <see cref="Data"/>.</summary>
    public string? TuneData { get; init; }

    /// <summary>How pictures become inputs; null takes what the model's metadata says.</summary>
    public ImagePreprocessing? Preprocessing { get; init; }

    /// <summary>Whether a sample that cannot be read ends the run or is left out.</summary>
    public OnBadSample OnBadSample { get; init; }

    /// <summary>Other files that the request came from and the result must not replace: that of the recipe.</summary>
    public IReadOnlyList<string> AlsoRead { get; init; } = [];

    /// <summary>The recipe, threads and progress.</summary>
    public QuantizerOptions Options { get; init; } = new();

    /// <summary>Does it all. The table appears whole or not at all. Where the options have several ranks, each measures its share of the
    /// samples; rank 0 does the rest and writes, with the bits of one process.</summary>
    /// <exception cref="OctetException">Something in the request, the model or the data has to be changed; the message says
    /// what.</exception>
    public CalibrationReport Run(CancellationToken cancel = default)
    {
        if (Format != CalibrationFormats.Octet && Options.RecipeWithoutSamples is { ChangesWeights: true, Name: var name })
            throw CalibrationException.NeedsSamples(name);
        var recipe = Options.RecipeWithoutSamples;
        // Other tools know the model as it is, and not with channels that were equalized.
        if (Format != CalibrationFormats.Octet) recipe = recipe with { Steps = [.. recipe.Steps.Where(step => step is not EqualizeGates)] };
        var job = this with { Options = Options with { Recipe = recipe } };
        return (job with { Options = job.Options.WithMethod(WithBins(recipe.Config.ActivationMethod)) }).RunAsItIs(cancel);
    }

    CalibrationReport RunAsItIs(CancellationToken cancel)
    {
        // A single table may take its own place: it keeps all that was measured.
        OutputCheck.Check([Output], [Model, Data, TuneData, .. Merge.Count > 1 ? Merge : [], .. AlsoRead]);
        var model = ModelPreparation.Load(Model, Preprocessing, cancel);
        OutputCheck.Check([Output], model.DataFiles);
        ThrowIfNamesDoNotFit(model);
        var data = Data is null ? null : Open(model, Data, Samples);
        var watch = Stopwatch.StartNew();
        var statistics = Merge.Count > 0
            ? Merged(model)
            : CalibrationRun.Measure(model, data!, Options, Search is null ? null : Searched, Shard, CarriedForMerging, cancel);
        var seconds = Merge.Count > 0 ? 0 : watch.Elapsed.TotalSeconds;
        var ranks = Options.RunOptions.Ranks;
        if (ranks.Rank > 0)
        {
            return new()
            {
                Model = Model,
                Output = Output,
                Format = Format.Name,
                Method = Options.Recipe.Config.ActivationMethod.Name,
                Samples = statistics.Samples,
                TotalSamples = statistics.TotalSamples,
            };
        }
        var report = (this with { Options = Options.Alone() }).Choose(model, data, statistics, seconds, cancel);
        return report with { Ranks = ranks.Count > 1 ? ranks.Count : null };
    }

    /// <summary>What one process does with what all have measured.</summary>
    CalibrationReport Choose(Model model, ISampleSource? data, CalibrationStatistics statistics, double seconds, CancellationToken cancel)
    {
        var figures = Search is { } figure && Shard is null
            ? MethodSearch.Compare(model, statistics, First(SearchSamples, "A search for the best method"), Searched, figure, Options,
                cancel)
            : [];
        var options = figures.Count > 0 ? Options.WithMethod(Searched.First(method => method.Name == figures[0].Method)) : Options;
        var table = CalibrationRun.Table(model, statistics, options);
        var plan = CalibrationRun.NeedsOf(model, options.Recipe).Draft.Plan;

        var watch = Stopwatch.StartNew();
        var untuned = table.Thresholds;
        if (TuneSamples > 0 && Shard is null)
        {
            var tuning = TuneData is null ? First(TuneSamples, "Tuning of thresholds") : Open(model, TuneData, TuneSamples);
            table = Tuned(plan, table, tuning, cancel);
        }
        var tuningSeconds = watch.Elapsed.TotalSeconds;
        Write(model, plan, table, options);
        var carried = Format != CalibrationFormats.Octet || statistics.Store.Selection.IsEmpty ? default : TableArchive.SizeOf(Output);
        var seen = data is null || Merge.Count > 0 ? null : FloatModelRun.Of(model, data, Options.RunOptions, cancel);

        return new()
        {
            FloatModel = seen?.Report(),
            Model = Model,
            Output = Output,
            Format = Format.Name,
            Method = table.Method,
            Samples = statistics.Samples,
            TotalSamples = statistics.TotalSamples,
            Values = table.Ranges.Count,
            Seconds = seconds,
            Search = figures,
            TunedSamples = table.TunedSamples,
            TunedValues = table.Thresholds.Count(entry => entry.Value > untuned[entry.Key]),
            TuningSeconds = TuneSamples > 0 ? tuningSeconds : 0,
            Skipped = data is null ? statistics.Skipped : [.. data.Skipped.Select(sample => $"{sample.Name}: {sample.Reason}")],
            NotRead = data?.NotRead,
            CarriedSamples = carried.Samples,
            CarriedBytes = carried.Bytes,
        };

        ISampleSource First(int count, string who) => (data ?? statistics.SamplesFor(new(count, 0), who)).Take(count);
    }

    /// <summary>What a part of the data carries along so that the merged whole can be searched and tuned.</summary>
    SampleSelection CarriedForMerging => Shard is null ? default : new(
        Math.Max(Search is null ? 0 : SearchSamples, TuneData is null ? TuneSamples : 0), 0);

    /// <summary>Names that the format has no way to write are told before anything is measured, by writing a table that says
    /// nothing.</summary>
    void ThrowIfNamesDoNotFit(Model model)
    {
        var plan = CalibrationRun.NeedsOf(model, Options.Recipe).Draft.Plan;
        var empty = new CalibrationTable
        {
            Thresholds = plan.Groups.SelectMany(group => group.Values).ToDictionary(value => value.Name, _ => 1f),
            WeightScales = plan.Weights.DistinctBy(place => place.Weight)
                .ToDictionary(place => place.Weight.Name, IReadOnlyList<float> (_) => [1]),
        };
        TableNames.ToFile(empty, plan.Graph, Format.Naming).Write(TextWriter.Null, Output, Format);
    }

    ISampleSource Open(Model model, string path, int? count)
    {
        var samples = ModelPreparation.OpenSamples(model, path, OnBadSample);
        return count is { } limit ? samples.Take(limit) : samples;
    }

    CalibrationStatistics Merged(Model model)
    {
        var parts = Merge.Select(path => (path, CalibrationTable.Load(path).Statistics
            ?? throw new CalibrationTableException(path,
                "it holds ranges but no statistics, which merging needs; only tables in Octet's own format have them"))).ToArray();
        var merged = CalibrationStatistics.Merge(parts);
        CalibrationRun.ThrowIfOfOtherModel(merged, model, Merge[0]);
        return merged;
    }

    /// <summary>The methods that a search tries.</summary>
    IReadOnlyList<CalibrationMethod> Searched => [.. CalibrationMethods.All.Select(WithBins)];

    CalibrationMethod WithBins(CalibrationMethod method) =>
        Bins is { } bins && method is HistogramMethod histogram ? histogram.WithBins(bins) : method;

    /// <summary>The table with raised thresholds; its ranges then are what was seen, for a range that does not saturate where its threshold
    /// does would contradict it.</summary>
    CalibrationTable Tuned(QuantizationPlan plan, CalibrationTable table, ISampleSource samples, CancellationToken cancel)
    {
        var seen = WithExtremes(plan, table);
        var magnitudes = seen.Ranges.ToDictionary(entry => entry.Key, entry => entry.Value.Magnitude);
        return seen with
        {
            Thresholds = ThresholdTuning.Tune(plan, table.Thresholds, magnitudes, samples, Options.RunOptions, cancel),
            TunedSamples = samples.Count
        };
    }

    void Write(Model model, QuantizationPlan plan, CalibrationTable table, QuantizerOptions options)
    {
        if (Format.TakesExtremes && !table.RangesAreExtremes && !table.Method.StartsWith("percentile", StringComparison.Ordinal))
            table = WithExtremes(plan, table);
        if (Format.TakesWeights)
        {
            var weights = CalibrationRun.Apply(
                model, table, new TableOptions(Output), options.Recipe, options.RunOptions, CancellationToken.None).Model;
            table = table with
            {
                WeightScales = plan.Weights.DistinctBy(place => place.Weight)
                    .ToDictionary(place => place.Weight.Name, IReadOnlyList<float> (place) => weights.WeightOf(place).Scales),
            };
        }
        TableNames.ToFile(table, plan.Graph, Format.Naming).Save(Output, Format);
    }

    /// <summary>The table with what was seen in place of the ranges that were chosen.</summary>
    static CalibrationTable WithExtremes(QuantizationPlan plan, CalibrationTable table)
    {
        var observers = table.Statistics!.Observers;
        var ranges = new Dictionary<string, ValueRange>();
        foreach (var group in plan.Groups.Where(group => group.Fixed is null))
        {
            var seen = group.Measured.Aggregate(ValueRange.Nothing,
                (all, value) => all.Union(observers.TryGetValue(value.Name, out var observer) ? observer.Range : table.Ranges[value.Name]));
            foreach (var value in group.Values) ranges[value.Name] = seen;
        }
        return table with { Ranges = ranges, RangesAreExtremes = true };
    }
}
