using System.CommandLine;
using Octet.Calibration;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Running;

namespace Octet.Cli;

/// <summary><c>octet evaluate model.onnx --data val --labels labels.txt</c>: how often a classifier is right.</summary>
sealed class EvaluateCommand : OctetCommand
{
    readonly ModelArgument _model = new("A classifier: float, or quantized by any tool that writes QuantizeLinear and DequantizeLinear.");

    readonly Option<string> _labels = new("--labels")
    {
        HelpName = "file",
        Required = true,
        Description = "A line for each sample: its name and its class from 0 on.",
    };

    readonly Option<bool> _simulate = new("--simulate") { Description = "Evaluate what the float model would become with the ranges of --table, without writing it." };
    readonly Option<string> _table = new("--table") { HelpName = "file", Description = "The ranges for --simulate, as 'octet quantize --table' wrote them." };

    readonly DataOptions _data;
    readonly QuantizationOptions _quantization;
    readonly PreprocessingOptions _preprocessing;

    public EvaluateCommand(Terminal terminal) : base(terminal, "evaluate", "Measures the accuracy of a classifier: top-1 and top-5.")
    {
        Add(_model);
        Add(_labels);
        Add(_simulate);
        Add(_table);
        _data = AddGroup(new DataOptions("The samples to classify."));
        _quantization = AddGroup(new QuantizationOptions());
        _preprocessing = AddGroup(new PreprocessingOptions());

        Validators.Add(request =>
        {
            if (request.GetValue(_simulate) != request.GetResult(_table) is not null) request.AddError("--simulate and --table belong together.");
        });
    }

    public override string Explanation =>
        "The first output of the model is taken as a score for each class. Top-5 counts a sample as right if its class is among the five highest scores.";

    public override IReadOnlyList<Example> Examples =>
    [
        new("a model that 'octet prepare' or 'octet quantize' wrote needs no preprocessing options", "octet evaluate model.int8.onnx --data val --labels labels.txt"),
        new("what would int8 cost?", "octet evaluate model.onnx --data val --labels labels.txt --simulate --table ranges.json"),
    ];

    protected override void Run(CommandRun run)
    {
        var model = Quantizer.Load(run.Get(_model), _preprocessing.Read(run));
        var samples = _data.Open(run, model);
        var classes = LabelFile.Read(run.Require(_labels)).Of(samples);
        var session = new Session(GraphToRun(run, model), modelName: run.Get(_model));

        var accuracy = run.Track(progress => Classification.Evaluate(session, samples, classes, _data.RunOptions(run, progress), cancel: run.Cancel).Accuracy);
        DataOptions.TellSkipped(run, samples);
        run.Answer(accuracy, CliJson.Default.Accuracy, console =>
        {
            var facts = new FactSheet();
            facts.Add("top-1", Figures.Percent(accuracy.Top1));
            facts.Add("top-5", Figures.Percent(accuracy.Top5));
            facts.Add("samples", $"{accuracy.Samples} in {Figures.Seconds(accuracy.Seconds)}");
            facts.Show(console);
        });
    }

    Graph GraphToRun(CommandRun run, Model model) => run.Get(_table) is { } table
        ? Quantizer.Quantize(model, CalibrationTable.Load(table), table, _quantization.Read(run, new())).Model.Simulate()
        : model.Graph;
}
