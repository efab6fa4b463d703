using Octet.Checking;
using Octet.Data;
using Octet.Evaluation;
using Octet.Evaluation.Boxes;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Reporting;
using Octet.TexasInstruments;

namespace Octet.Jobs;

/// <summary>Holds a float model against the guidelines for integer networks, before anything is quantized. What <c>octet check</c>
/// does.</summary>
public sealed record ModelCheckJob
{
    /// <summary>Enough to see ranges; more make little difference here.</summary>
    public const int UsualSamples = 20;

    /// <summary>The float ONNX model, with its normalizations if it has any.</summary>
    public required string Model { get; init; }

    /// <summary>How it would be quantized, and for what. The default, TI's simplest, is the hardest: what passes here passes
    /// elsewhere.</summary>
    public Recipe Recipe { get; init; } = Recipes.Find("ti-simple")!;

    /// <summary>Samples to run; null looks at the model only.</summary>
    public string? Data { get; init; }

    /// <summary>How many of the samples to use.</summary>
    public int Samples { get; init; } = UsualSamples;

    /// <summary>How pictures become inputs; null takes what the model's metadata says.</summary>
    public ImagePreprocessing? Preprocessing { get; init; }

    /// <summary>Whether a sample that cannot be read ends the run or is left out.</summary>
    public OnBadSample OnBadSample { get; init; }

    /// <summary>Threads and progress.</summary>
    public SampleRunOptions RunOptions { get; init; } = new();

    /// <summary>Labelled samples to measure accuracy on: float, 16 and 8 bits; null leaves that out. Needs <see cref="Data"/>.</summary>
    public string? Validation { get; init; }

    /// <summary>The labels of <see cref="Validation"/>: a file or a folder, as the metric reads it.</summary>
    public string? Labels { get; init; }

    /// <summary>What is measured on <see cref="Validation"/>.</summary>
    public MetricKind Metric { get; init; }

    /// <summary>How the outputs of a detector become boxes; null finds out from their shapes.</summary>
    public BoxDecoder? Decoder { get; init; }

    /// <summary>Does it all.</summary>
    /// <exception cref="OctetException">Something in the request, the model or the data has to be changed; the message says
    /// what.</exception>
    public ModelCheckReport Run(CancellationToken cancel = default)
    {
        var model = OnnxReader.Read(Model);
        Preprocessing?.StoreIn(model);
        var found = new CheckedModel(model, Recipe);

        var samples = Data is null ? null : ModelPreparation.OpenSamples(model, Data, OnBadSample).Take(Samples);
        var labelled = Validation is null ? null : OpenLabelled(model);
        if (samples is not null) found.Measure(samples, RunOptions, cancel);
        var widths = samples is null ? null : WidthTest.Run(found, samples, labelled, RunOptions, cancel);

        var seen = samples is null ? null : FloatModelRun.Of(model, samples, RunOptions, cancel).Report(widths?.FloatAccuracy);

        var guidelines = Guideline.All.Where(guideline => !guideline.NeedsSamples || samples is not null)
            .Select(guideline =>
                new GuidelineReport(guideline.Name, guideline.Title, guideline.Advice(Recipe), Ordered(guideline.Find(found)))
                { Remedies = guideline.Remedies(Recipe) }).ToArray();
        return new()
        {
            Model = Model,
            Target = Recipe.Target.Name,
            Recipe = Recipe.Name,
            Integers = $"{Recipe.Config.Activations} between operators, weights {Recipe.Config.Weights}"
                + (TiRecipe.SettingsOf(Recipe) is { PerChannelDepthwise: true } ? ", per channel in depthwise convolutions" : ""),
            Layers = found.Layers.Count,
            Values = found.Rounded.Count,
            Samples = found.Measured?.Samples ?? 0,
            FloatModel = seen,
            Widths = widths,
            Guidelines = [.. guidelines.Where(guideline => guideline.Findings.Count > 0)
                .OrderByDescending(guideline => guideline.Findings[0].Severity)],
            Followed = [.. guidelines.Where(guideline => guideline.Findings.Count == 0).Select(guideline => guideline.Name)],
            NotChecked = [.. Guideline.All.Select(guideline => guideline.Name).Except(guidelines.Select(guideline => guideline.Name))],
            Skipped = [.. (samples?.Skipped ?? []).Select(sample => $"{sample.Name}: {sample.Reason}")],
            NotRead = samples?.NotRead,
        };
    }

    static IReadOnlyList<Finding> Ordered(IEnumerable<Finding> findings) =>
        [.. findings.OrderByDescending(finding => finding.Severity).ThenByDescending(finding => finding.Score)];

    (ISampleSource Samples, Metric Metric)? OpenLabelled(Model model)
    {
        var samples = ModelPreparation.OpenSamples(model, Validation!, OnBadSample);
        return (samples,
            Metrics.Open(Metric, samples, Labels ?? throw new ArgumentException("Validation needs labels."), StoredPreprocessing.Of(model),
            Decoder));
    }
}
