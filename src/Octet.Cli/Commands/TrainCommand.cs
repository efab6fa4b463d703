using System.CommandLine;
using System.Text;
using System.Text.Json;
using Octet.Evaluation;
using Octet.Jobs;
using Octet.Pipeline;
using Octet.Reporting;

namespace Octet.Cli;

/// <summary><c>octet train model.onnx --data pictures -o model.int8.onnx</c>: trains a model with its quantizers, or in floats.</summary>
sealed class TrainCommand : OctetCommand
{
    readonly ModelArgument _model = new("The float ONNX model.");
    readonly Option<string> _output = OutputOption.Create("Where the trained model goes.");
    readonly Option<string> _data = new("--data")
    {
        HelpName = "path",
        Required = true,
        Description = "What to train with. A folder of pictures, .npy or .npz; a list, one sample a line; or one .npy whose first axis "
            + "counts samples.",
    };
    readonly Option<string> _labels = OptionKinds.Text("--labels", "file",
        "A line for each sample: its name and its class from 0 on. Without labels the float model is the teacher.");
    readonly Option<bool> _classFolders = OptionKinds.Flag("--class-folders",
        "Samples lie in a folder for each class, in the order of their names; also those of --validate, unless they have labels.");
    readonly Option<string> _validate = OptionKinds.Text("--validate", "path", "Labelled samples that judge each epoch; the best is kept.");
    readonly Option<string> _validationLabels = OptionKinds.Text("--validation-labels", "file", "The classes of --validate.");
    readonly Option<bool> _float = OptionKinds.Flag("--float", "Train in floats: from scratch, or as the control of a quantized run.");
    readonly Option<string> _log = OptionKinds.Text("--log", "file", "Where what each epoch gave is written, one JSON object a line.");

    readonly TrainingOptionGroup _training;
    readonly QuantizationOptions _quantization;
    readonly PreprocessingOptions _preprocessing;

    public TrainCommand(Terminal terminal) : base(terminal, "train", "Trains a model with its quantizers in it, or in floats.")
    {
        foreach (var option in new Option[] { _output, _data, _labels, _classFolders, _validate, _validationLabels, _float, _log })
            Add(option);
        Add(_model);
        _training = AddGroup(new TrainingOptionGroup());
        _quantization = AddGroup(new QuantizationOptions("fast"));
        _preprocessing = AddGroup(new PreprocessingOptions());

        Validators.Add(request =>
        {
            if (request.Has(_labels) && request.Has(_classFolders))
                request.AddError("--labels and --class-folders both say which class a sample has; give one.");
            if (request.Has(_validationLabels) && !request.Has(_validate))
                request.AddError("--validation-labels belong to --validate, which was not given.");
            if (request.Has(_validate) && !request.Has(_validationLabels) && !request.Has(_classFolders))
                request.AddError("--validate needs --validation-labels, or --class-folders.");
            if (request.Has(_float) && !request.Has(_labels) && !request.Has(_classFolders))
                request.AddError("--float needs --labels or --class-folders: a float model has no teacher.");
            if (request.Has(_float) && _quantization.Options.FirstOrDefault(request.Has) is { } idle)
                request.AddError($"{idle.Name} is about integers, and --float trains without them.");
            _training.Check(request, request.Has(_float));
        });
    }

    public override bool SharesWork => true;

    /// <remarks>A step is taken to its end, and then the checkpoint is written.</remarks>
    public override TimeSpan TimeToStop => TimeSpan.FromSeconds(60);

    public override string Explanation =>
        "The model is calibrated and tuned by the recipe first, then its simulation is trained, and what it learned is written as "
        + "integers. Without labels the outputs of the float model are what it learns to give. With --float the model is trained as it is, "
        + "and stays a float model.";

    public override IReadOnlyList<Example> Examples =>
    [
        new("recover accuracy from pictures alone", "octet train model.onnx --recipe pow2-qat --data pictures -o model.int8.onnx"),
        new("with labels, and the best epoch kept",
            "octet train model.onnx --recipe qat --data train --class-folders --validate val --epochs 4 -o model.int8.onnx"),
        new("from scratch, in floats",
            "octet train init.onnx --float --data train --class-folders --epochs 60 --batch 64 --shift 4 --flip -o trained.onnx"),
        new("on four machines", "mpirun --host a,b,c,d octet train model.onnx --recipe qat --data pictures --batch 64 -o model.int8.onnx"),
        new("a long run that may be stopped",
            "octet train model.onnx --recipe qat --data pictures --checkpoint run.npz --resume -o model.int8.onnx"),
    ];

    protected override void Run(CommandRun run)
    {
        var isFloat = run.Get(_float);
        var report = run.Track(progress => new TrainingJob
        {
            Model = run.Get(_model),
            Output = run.Require(_output),
            Data = run.Require(_data),
            Labels = run.Get(_labels),
            ClassFolders = run.Get(_classFolders),
            Validation = run.Get(_validate),
            ValidationLabels = run.Get(_validationLabels),
            IsFloat = isFloat,
            Preprocessing = _preprocessing.Read(run, run.Get(_model)),
            Quantization = new()
            {
                Recipe = _training.Read(run, _quantization.Read(run, Recipes.Fast)),
                RunOptions = new() { Progress = progress, Threads = _training.Threads(run), Ranks = run.Ranks }
            },
            Smoothing = _training.Smoothing(run),
            Augmentation = _training.Augmentation(run),
            AlsoRead = _quantization.FilesRead(run),
            AlsoWritten = run.Get(_log) is { } logged ? [logged] : [],
            Training = _training.Read(run, isFloat) with { Progress = progress },
        }.Run(run.Cancel));
        if (run.Writes && run.Get(_log) is { } log)
        {
            var lines = report.Epochs.Select(epoch => JsonSerializer.Serialize(epoch, CliJson.Lines.EpochReport) + "\n");
            AtomicFile.Write(log, stream => stream.Write(Encoding.UTF8.GetBytes(string.Concat(lines))));
        }

        run.Answer(report, CliJson.Default.TrainingReport, console =>
        {
            var facts = new FactSheet();
            facts.Add("written", report.Output);
            facts.Add("trained",
                $"{report.Steps} {(report.Steps == 1 ? "step" : "steps")} of {report.Batch} samples in {Figures.Seconds(report.Seconds)}");
            if (report.Ranks is { } ranks) facts.Add("processes", $"{ranks}; each took its share of every batch");
            facts.Add("samples", Samples(report));
            facts.AddEach("loss", [
                .. report.Start is { } start ? [$"start            {Judgement(report, start)}"] : Array.Empty<string>(),
                .. report.Epochs.Select(
                    epoch => FormattableString.Invariant($"epoch {epoch.Epoch,3}  {epoch.Loss:f4}{Judgement(report, epoch.Validation)}")),
            ]);
            Add(facts, "float", report.Float);
            Add(facts, "calibrated", report.Calibrated);
            Add(facts, "trained", report.Trained);
            facts.Show(console);
        });
    }

    /// <summary>How many samples were trained with, and what became of the others.</summary>
    static string Samples(TrainingReport report)
    {
        var (heldBack, leftOver) = (report.Samples - report.TrainedSamples, report.LeftOver);
        return $"{report.TrainedSamples}{(heldBack > 0 ? $", and {heldBack} held back to judge" : "")}"
            + (leftOver > 0
                ? $"; batches are whole, so that {leftOver} {(leftOver == 1 ? "was" : "were")} left "
                + $"out{(report.Epochs.Count > 1 ? " of each epoch, others each time" : "")}" : "");
    }

    /// <summary>Percent right, or the loss on samples that were held back.</summary>
    static string Judgement(TrainingReport report, double? judgement) =>
        judgement is not { } figure ? ""
        : report.Trained is null ? FormattableString.Invariant($"  judged {-figure:f4}") : FormattableString.Invariant($"  {figure:f2} %");

    static void Add(FactSheet facts, string name, Accuracy? accuracy)
    {
        if (accuracy is not null) facts.Add(name, $"{accuracy.Metric} {Figures.Percent(accuracy.Value)}");
    }
}
