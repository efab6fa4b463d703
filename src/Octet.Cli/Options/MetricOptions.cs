using System.CommandLine;
using System.CommandLine.Parsing;
using Octet.Data;
using Octet.Evaluation;
using Octet.Evaluation.Boxes;

namespace Octet.Cli;

/// <summary>What is measured on labelled samples.</summary>
/// <param name="areRequired">Whether the command can do nothing without labels.</param>
sealed class MetricOptions(bool areRequired = false) : OptionGroup("Accuracy")
{
    public Option<string> Labels { get; } = new("--labels")
    {
        HelpName = "path",
        Required = areRequired,
        Description = "The labels. For classes, a file with a line for each sample: its name and its class from 0 on. For regions, a "
            + "folder with a PNG of the same name for each picture, its values classes, 255 where nothing counts. For boxes, a folder with "
            + "a text file of the same name for each picture (YOLO), or a JSON file (COCO).",
    };

    public Option<MetricKind> Kind { get; } = OptionKinds.Choice(
        "--metric", "What is measured: top1 (classes; also top-5), miou (regions), or map (boxes: average precision at overlaps of 0.5 to "
        + "0.95, as COCO counts it). If left out, the form of the labels tells.",
        ("top1", MetricKind.Top1), ("miou", MetricKind.MIoU), ("map", MetricKind.Map));

    public Option<BoxDecoder> Decoder { get; } = OptionKinds.Choice(
        "--decoder", $"How the outputs of a detector become boxes; found out from their shapes if left "
        + $"out. {string.Join("; ", BoxDecoder.All.Select(decoder => $"{decoder.Name}: {decoder.Description}"))}.",
        [.. BoxDecoder.All.Select(decoder => (decoder.Name, decoder))]);

    public override IReadOnlyList<Option> Options => [Labels, Kind, Decoder];

    /// <summary>Rejects options of a measurement that is not made.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="isMeasured">Whether there are labelled samples.</param>
    public void Check(CommandResult request, bool isMeasured)
    {
        if (isMeasured != request.Has(Labels) && !areRequired) request.AddError("--validate and --labels belong together.");
        if (!isMeasured && request.Has(Kind)) request.AddError("--metric is measured on --validate, which was not given.");
        if (request.Has(Decoder) && KindOf(request) != MetricKind.Map)
            request.AddError("--decoder says how boxes are read, for --metric map.");
    }

    /// <summary>What is measured: what was asked for, else what the labels are for.</summary>
    public MetricKind KindOf(CommandRun run) => run.Has(Kind) ? run.Get(Kind) : KindOf(run.Get(Labels));

    MetricKind KindOf(CommandResult request) =>
        request.Has(Kind) ? request.GetValue(Kind) : KindOf(request.Has(Labels) ? request.GetValue(Labels) : null);

    static MetricKind KindOf(string? labels) => labels is null ? MetricKind.Top1 : Metrics.FindKind(labels);

    public Metric Open(CommandRun run, Graphs.Model model, ISampleSource samples) =>
        Metrics.Open(KindOf(run), samples, run.Require(Labels), StoredPreprocessing.Of(model), run.Get(Decoder));
}
