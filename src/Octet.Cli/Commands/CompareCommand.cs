using System.CommandLine;
using Octet.Evaluation;
using Octet.Reporting;
using Spectre.Console;

namespace Octet.Cli;

/// <summary><c>octet compare model.onnx model.int8.onnx --data pictures</c>: how far each layer of a model is from the float
/// model's.</summary>
sealed class CompareCommand : OctetCommand
{
    const int UsuallyShown = 20;

    readonly ModelArgument _float = new("The float model.", "float");
    readonly ModelArgument _other =
        new("The model made from it: quantized, or changed otherwise. Values are matched by their names.", "other");
    readonly Option<int> _layers =
        OptionKinds.Count("--layers",
            $"Show the n layers that differ most; {UsuallyShown} if left out. JSON always has all, in the order of the model.");
    readonly Option<string> _report = ReportPage.Option();
    readonly DataOptions _data;
    readonly PreprocessingOptions _preprocessing;

    public CompareCommand(Terminal terminal) : base(terminal, "compare", "Compares two models layer by layer on the same samples.")
    {
        Add(_float);
        Add(_other);
        Add(_layers);
        Add(_report);
        _data = AddGroup(new DataOptions("The samples to run; a few say most."));
        _preprocessing = AddGroup(new PreprocessingOptions());
    }

    public override string Explanation =>
        "SQNR is the power of the float signal over the power of the difference, in decibels: each 6 dB halve the error. Cosine is 1 for "
        + "signals of one direction. A layer far below its neighbours is the one to look at: keep it in floats, give it more bits, or "
        + "another calibration method.";

    public override IReadOnlyList<Example> Examples =>
    [
        new("which layers lose most", "octet compare model.onnx model.int8.onnx --data pictures --samples 16"),
        new("the worst layer's name, for a script",
            "octet compare model.onnx model.int8.onnx --data pictures --json | jq -r '.layers | min_by(.sqnrDb).name'"),
    ];

    protected override void Run(CommandRun run)
    {
        string[] models = [run.Get(_float), run.Get(_other)];
        ReportPage.Check(run.Get(_report), [.. models, run.Get(_data.Data)]);
        var reference = Quantizer.Load(run.Get(_float), _preprocessing.Read(run, run.Get(_float)), run.Cancel);
        var other = Quantizer.Load(run.Get(_other), cancel: run.Cancel);
        // Either model may be the one that keeps the preprocessing.
        var samples = _data.Open(run, Data.StoredPreprocessing.Of(reference) is null ? other : reference);
        var result = run.Track(
            progress => LayerComparison.Compare(reference.Graph, other.Graph, samples, _data.RunOptions(run, progress), run.Cancel));
        DataOptions.TellSkipped(run, samples);

        var report = new CompareReport([.. result.Layers.Select(LayerReport.Of)], [.. result.Outputs.Select(LayerReport.Of)]);
        if (run.Get(_report) is { } page)
            ReportPage.Write(page, ReportPage.Document(run, "compare", report, CliJson.Page.CompareReport) with { Models = models });
        run.Answer(report, CliJson.Default.CompareReport,
            console => Show(console, report, run.Has(_layers) ? run.Get(_layers) : UsuallyShown));
    }

    static void Show(IAnsiConsole console, CompareReport report, int shown)
    {
        var worst = report.Layers.OrderBy(layer => layer.SqnrDb).Take(shown).ToArray();
        var facts = new FactSheet();
        facts.AddEach("layers", worst.Select(LayerLine.Of));
        if (worst.Length < report.Layers.Count)
            facts.Add("", $"{worst.Length} of {report.Layers.Count}, those that differ most; --layers shows more");
        facts.AddEach("outputs", report.Outputs.Select(LayerLine.Of));
        facts.Show(console);
    }
}

/// <summary>What <c>octet compare</c> found.</summary>
/// <param name="Layers">Every value inside that both models have, in the order of the float model.</param>
/// <param name="Outputs">The models' outputs.</param>
sealed record CompareReport(IReadOnlyList<LayerReport> Layers, IReadOnlyList<LayerReport> Outputs);
