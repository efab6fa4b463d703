using System.CommandLine;
using Octet.Calibration;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Running;

namespace Octet.Cli;

/// <summary><c>octet evaluate model.onnx --data val --labels labels.txt</c>: how good a model's answers are.</summary>
sealed class EvaluateCommand : OctetCommand
{
    readonly ModelArgument _model =
        new("A classifier, segmenter or detector: float, or quantized by any tool that writes QuantizeLinear and DequantizeLinear.");

    readonly Option<bool> _simulate = OptionKinds.Flag("--simulate",
        "Evaluate what the float model would become with the ranges of --table, without writing it.");
    readonly Option<string> _table = OptionKinds.Text("--table", "file",
        "The ranges for --simulate, in any format that 'octet calibrate' writes.");

    readonly DataOptions _data;
    readonly MetricOptions _metric;
    readonly QuantizationOptions _quantization;
    readonly PreprocessingOptions _preprocessing;

    public EvaluateCommand(Terminal terminal)
        : base(terminal, "evaluate", "Measures the accuracy of a model: top-1, mIoU or average precision.")
    {
        Add(_model);
        Add(_simulate);
        Add(_table);
        _data = AddGroup(new DataOptions("The labelled samples."));
        _metric = AddGroup(new MetricOptions(areRequired: true));
        _quantization = AddGroup(new QuantizationOptions("fast"));
        _preprocessing = AddGroup(new PreprocessingOptions());

        Validators.Add(request =>
        {
            if (request.Has(_simulate) != request.Has(_table)) request.AddError("--simulate and --table belong together.");
            if (!request.Has(_simulate) && _quantization.Options.Where(request.Has).ToArray() is { Length: > 0 } idle)
                request.AddError($"{string.Join(", ", idle.Select(option => option.Name))} would change what --simulate makes of the "
                    + "model; give it with --table, or evaluate a model that 'octet quantize' wrote.");
            _metric.Check(request, isMeasured: true);
        });
    }

    public override bool SharesWork => true;

    public override string Explanation =>
        "A classifier's first output is taken as a score for each class; top-5 counts a sample as right if its class is among the five "
        + "highest scores. A segmenter's is taken as scores, or as classes, of the pixels. A detector's outputs are decoded, and boxes of "
        + "one class that overlap by more than 0.65 are thinned out.";

    public override IReadOnlyList<Example> Examples =>
    [
        new("a model that 'octet prepare' or 'octet quantize' wrote needs no preprocessing options",
            "octet evaluate model.int8.onnx --data val --labels labels.txt"),
        new("regions: a mask of the same name for each picture",
            "octet evaluate model.onnx --data val/images --labels val/labels --metric miou"),
        new("boxes: YOLO's text files, or COCO's JSON",
            "octet evaluate model.onnx --data val/images --labels annotations.json --metric map"),
        new("what would int8 cost?", "octet evaluate model.onnx --data val --labels labels.txt --simulate --table ranges.json"),
    ];

    protected override void Run(CommandRun run)
    {
        var model = Quantizer.Load(run.Get(_model), _preprocessing.Read(run, run.Get(_model)), run.Cancel);
        var samples = _data.Open(run, model, run.Require(_metric.Labels));
        var metric = _metric.Open(run, model, samples);
        var session = new Session(GraphToRun(run, model), _data.SessionOptions(run), run.Get(_model));

        var accuracy = run.Track(progress => metric.Evaluate(session, samples, _data.RunOptions(run, progress), cancel: run.Cancel));
        DataOptions.TellSkipped(run, samples);
        run.Answer(accuracy, CliJson.Default.Accuracy, console =>
        {
            var facts = new FactSheet();
            foreach (var figure in accuracy.Figures) facts.Add(figure.Name, Figures.Percent(figure.Percent));
            if (run.Ranks.Count > 1) facts.Add("processes", $"{run.Ranks.Count}; each judged its share of the samples");
            facts.Add("samples", $"{accuracy.Samples} in {Figures.Seconds(accuracy.Seconds)}");
            facts.Show(console);
        });
    }

    Graph GraphToRun(CommandRun run, Model model) => run.Get(_table) is { } table
        ? Quantizer.Quantize(model, CalibrationTable.Load(table), new TableOptions(table),
            new QuantizerOptions { Recipe = _quantization.Read(run, Recipes.Fast) }).Model.Simulate()
        : model.Graph;
}
