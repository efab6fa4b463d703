using Octet.Calibration;
using Octet.Calibration.Formats;
using Octet.Data;
using Octet.Evaluation;
using Octet.Evaluation.Boxes;
using Octet.Exporting;
using Octet.Graphs;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Reporting;
using Octet.Running;

namespace Octet.Jobs;

/// <summary>The main job from file to file: quantize a model, write it, and measure what that cost. What <c>octet quantize</c>
/// does.</summary>
public sealed partial record QuantizationJob
{
    const int ListedLayers = 5;

    /// <summary>How many samples tell what a layer adds by itself.</summary>
    const int LocalSamples = 8;

    /// <summary>The float ONNX model.</summary>
    public required string Model { get; init; }

    /// <summary>Where the integer model goes.</summary>
    public required string Output { get; init; }

    /// <summary>How the file says what is integer.</summary>
    public QuantizedFormat Format { get; init; }

    /// <summary>Calibration samples; null where <see cref="Table"/> gives the ranges, or the recipe needs none.</summary>
    public string? Data { get; init; }

    /// <summary>How many of the samples to use; null uses all.</summary>
    public int? Samples { get; init; }

    /// <summary>With <see cref="Data"/>, where the calibration table is written; without, the table that is read.</summary>
    public string? Table { get; init; }

    /// <summary>How a table that is read is to be understood.</summary>
    public TableOptions Reading { get; init; } = new("");

    /// <summary>How pictures become inputs; null takes what the model's metadata says.</summary>
    public ImagePreprocessing? Preprocessing { get; init; }

    /// <summary>Whether a sample that cannot be read ends the run or is left out.</summary>
    public OnBadSample OnBadSample { get; init; }

    /// <summary>The recipe, threads and progress.</summary>
    public QuantizerOptions Options { get; init; } = new();

    /// <summary>Tries all methods and keeps the best by this figure of the outputs; null takes the method of the recipe. Takes
    /// <see cref="Data"/>.</summary>
    public SearchFigure? Search { get; init; }

    /// <summary>What is written for TI's tools beside the integer model; null for nothing.</summary>
    public TidlOutput? Tidl { get; init; }

    /// <summary>How many calibration samples the layer by layer comparison runs; zero leaves it out.</summary>
    public int ComparedSamples { get; init; } = 16;

    /// <summary>How near to the float model the integer model has to be; null does not check.</summary>
    public ToleranceCheck? Check { get; init; }

    /// <summary>Labelled samples to measure accuracy on, float and integer; null leaves that out.</summary>
    public string? Validation { get; init; }

    /// <summary>The labels of <see cref="Validation"/>: a file or a folder, as the metric reads it.</summary>
    public string? Labels { get; init; }

    /// <summary>What is measured on <see cref="Validation"/>.</summary>
    public MetricKind Metric { get; init; }

    /// <summary>How the outputs of a detector become boxes; null finds out from their shapes.</summary>
    public BoxDecoder? Decoder { get; init; }

    /// <summary>
    /// Whether the job ends, before anything is quantized or written, where the float model seems to give wrong answers: preprocessing that
    /// is not that of training, or labels of another order. Without, the doubts stand in the report.
    /// </summary>
    public bool StopsAtDoubts { get; init; } = true;

    /// <summary>Other files that the request came from and the results must not replace: that of the recipe.</summary>
    public IReadOnlyList<string> AlsoRead { get; init; } = [];

    /// <summary>Files that the caller will write about the run; they are looked at beforehand with those that the job writes.</summary>
    public IReadOnlyList<string> AlsoWritten { get; init; } = [];

    /// <summary>Whether the report has <see cref="RunReport.Details"/>.</summary>
    public bool KeepsDetails { get; init; }

    /// <summary>Does it all. The output file appears whole or not at all. Where the options have several ranks, each measures its share of
    /// the samples and tunes all layers; rank 0 does the rest and writes.</summary>
    /// <exception cref="OctetException">Something in the request, the model or the data has to be changed; the message says
    /// what.</exception>
    public RunReport Run(CancellationToken cancel = default)
    {
        Tidl?.Check(Model, Output);
        CheckOutputs();
        var model = ModelPreparation.Load(Model, Preprocessing, cancel);
        OutputCheck.Check(Outputs, model.DataFiles);
        (ISampleSource Samples, Metric Metric)? validation = Validation is null ? null : OpenLabelled(model);
        var samples = Data is null ? null : Open(model, Data);

        var ranks = Options.RunOptions.Ranks;
        var alone = this with { Options = Options.Alone() };
        var (seen, floatAccuracy) = ranks.Rank > 0 ? (null, null) : alone.JudgeFloatModel(model, samples, validation, cancel);
        var recipe = samples is null ? Options.RecipeWithoutSamples : Options.Recipe;
        var (result, figures) = (samples, Table) switch
        {
            (not null, _) when Search is { } figure => MethodSearch.Quantize(model, samples, figure, Options, cancel),
            (not null, _) => (QuantizationPipeline.Run(model, recipe, samples, statistics: null, Options.RunOptions, cancel), []),
            (null, not null) => (CalibrationRun.Apply(
                model, CalibrationTable.Load(Table), Reading with { Path = Table }, recipe, Options.RunOptions, cancel), []),
            _ => (QuantizationPipeline.Run(model, recipe, samples: null, statistics: null, Options.RunOptions, cancel), []),
        };
        if (ranks.Rank > 0)
            return new() { Model = Model, Target = recipe.Target.Name, Recipe = recipe.Name, Method = result.Table.Method };
        var report = alone.Write(model, recipe, samples, result, cancel) with
        {
            FloatModel = seen,
            Search = figures,
            Ranks = ranks.Count > 1 ? ranks.Count : null,
        };
        report = report with { Warnings = CostWarnings.For(report) };
        report = alone.AddAnswers(report, model, samples, validation, floatAccuracy, cancel);
        return report with
        {
            Skipped = [.. (samples?.Skipped ?? []).Select(sample => $"{sample.Name}: {sample.Reason}")],
            NotRead = samples?.NotRead
        };
    }

    /// <summary>Writes the files, and compares what was written with the float model.</summary>
    RunReport Write(Model model, Recipe recipe, ISampleSource? samples, QuantizationResult result, CancellationToken cancel)
    {
        if (samples is not null && Table is not null) result.Table.Save(Table);
        var left = result.Save(Output, Format);
        var tidl = Tidl?.Write(result, Model, Output);

        var report = new RunReport
        {
            Model = Model,
            Output = Output,
            Target = recipe.Target.Name,
            Recipe = recipe.Name,
            Method = result.Table.Method,
            Samples = result.Table.Samples,
            CalibrationSeconds = result.CalibrationSeconds,
            ActivationBits = result.Model.Plan.Recipe.Config.Activations.Bits,
            Steps = result.Steps,
            Passes = result.Passes,
            KeptSamples = result.KeptSamples,
            KeptBytes = result.KeptBytes,
            UnknownNames = result.UnknownNames,
            QuantizedValues = result.Model.Plan.Groups.Sum(group => group.Values.Count) + result.Model.Plan.DynamicValues.Count,
            QuantizedWeights = result.Model.Plan.Weights.Count,
            Work = IntegerWork.Of(result.Model.Plan, samples?.FirstReadable()),
            FloatOperators = [.. FloatOperators(result.Model.Plan)],
            Unconverted = left,
            Tidl = tidl,
            FloatBytes = model.SourceBytes,
            IntegerBytes = new FileInfo(Output).Length,
        };
        if (KeepsDetails) report = report with { Details = RunDetails.Of(result) };
        if (samples is not null && ComparedSamples > 0) report = AddComparison(report, result, samples.Take(ComparedSamples), cancel);
        return Check is null ? report : AddCheck(report, model, samples, cancel);
    }

    /// <summary>The files that are written: with samples the table too.</summary>
    string?[] Outputs => [Output, Data is null ? null : Table, .. Tidl?.Files(Model) ?? [], .. AlsoWritten];

    void CheckOutputs()
    {
        OutputCheck.Check(Outputs, [Model, Data, Validation, Labels, Check?.Samples, Data is null ? Table : null, .. AlsoRead]);
        if (Data is null || Table is null) return;

        // A user who gives samples and a table of another tool most likely wants the table.
        if (File.Exists(Table) && !CalibrationFormats.Octet.Recognises(TextFile.Beginning(Table)))
            throw new OutputFileException(Table,
                "with samples, the ranges that they give are written there, but it is a file of another kind. Name another, or leave out "
                + "the samples to use it as a calibration table.");
    }

    /// <summary>By name; with numbers where others of the same kind became integers.</summary>
    static IEnumerable<string> FloatOperators(QuantizationPlan plan) =>
        from floats in plan.FloatNodes.GroupBy(node => node.OpType).OrderBy(nodes => nodes.Key, StringComparer.Ordinal)
        let all = plan.Graph.Nodes.Count(node => node.OpType == floats.Key)
        select floats.Count() == all ? floats.Key : $"{floats.Key} ({floats.Count()} of {all})";

    ISampleSource Open(Model model, string path)
    {
        var samples = ModelPreparation.OpenSamples(model, path, OnBadSample, Labels is null ? [] : [Labels]);
        return Samples is { } count ? samples.Take(count) : samples;
    }

    (ISampleSource Samples, Metric Metric) OpenLabelled(Model model)
    {
        var samples = ModelPreparation.OpenSamples(model, Validation!, OnBadSample);
        return (samples,
            Metrics.Open(Metric, samples, Labels ?? throw new ArgumentException("Validation needs labels."), StoredPreprocessing.Of(model),
            Decoder));
    }

    RunReport AddComparison(RunReport report, QuantizationResult result, ISampleSource samples, CancellationToken cancel)
    {
        ComparisonResult comparison;
        try
        {
            comparison = LayerComparison.Compare(result.Reference, result.Model.Simulate(), samples, Options.RunOptions, cancel);
        }
        catch (ComparisonException nothing)
        {
            // The file is written, and it may be as good as any: only its figures cannot be had.
            return report with { NotCompared = [nothing.Message] };
        }
        var layers = Layers(result, comparison, samples, cancel).ToArray();
        return report with
        {
            Details = KeepsDetails ? RunDetails.Of(result, comparison, layers) : null,
            NotCompared = [.. comparison.Unlike.Select(unlike => unlike.ToString())],
            Outputs = [.. comparison.Outputs.Select(LayerReport.Of), .. PartsOf(result.Reference, comparison)],
            WorstLayers = [.. layers.Take(ListedLayers)],
        };
    }

    /// <summary>The layers by what they add, beside what their outputs have: a layer that only hands on the noise of others is not to
    /// blame.</summary>
    IEnumerable<LayerReport> Layers(QuantizationResult result, ComparisonResult comparison, ISampleSource samples, CancellationToken cancel)
    {
        var all = comparison.Layers.Concat(comparison.Outputs).DistinctBy(layer => layer.Name).ToArray();
        if (LocalNoises(result, samples, cancel) is not { Count: > 0 } alone)
            return comparison.Layers.OrderBy(layer => layer.SqnrDb).Select(LayerReport.Of);
        var nodes = result.Reference.Nodes.Where(node => alone.ContainsKey(node.Output.Name)).ToDictionary(node => node.Output.Name);
        return from layer in all
               where alone.ContainsKey(layer.Name)
               let local = alone[layer.Name].SqnrDb
               orderby local
               select LayerReport.Of(layer) with { LocalSqnrDb = local, Node = nodes[layer.Name].Name };
    }

    IReadOnlyDictionary<string, SignalComparison> LocalNoises(QuantizationResult result, ISampleSource samples, CancellationToken cancel)
    {
        try
        {
            var few = samples.Take(Math.Min(LocalSamples, samples.Count));
            return LocalNoise.Of(result.Reference, result.Model, few, Options.RunOptions, cancel);
        }
        catch (MemoryLimitException)
        {
            // Each layer twice takes more than the model did, and the file is written: the accumulated noise has to do.
            return new Dictionary<string, SignalComparison>();
        }
    }
}
