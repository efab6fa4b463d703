using System.CommandLine;
using Octet.Data;
using Octet.Onnx;
using Octet.Passes;

namespace Octet.Cli;

/// <summary><c>octet prepare model.onnx -o prepared.onnx</c>: folds and checks a model, and keeps its preprocessing inside.</summary>
sealed class PrepareCommand : OctetCommand
{
    readonly ModelArgument _model = new("The ONNX model.");
    readonly Option<string> _output = OutputOption.Create("Where the prepared model goes.");
    readonly PreprocessingOptions _preprocessing;

    public PrepareCommand(Terminal terminal) : base(terminal, "prepare", "Folds and checks a model, and keeps its preprocessing inside.")
    {
        Add(_model);
        Add(_output);
        _preprocessing = AddGroup(new PreprocessingOptions());
    }

    public override string Explanation =>
        "What can be computed beforehand is: constants, and batch normalizations into the weights before them. The model computes the same as before. "
        + "With preprocessing options it also says how pictures become its input, and no later command needs them again. 'octet quantize' prepares by itself.";

    public override IReadOnlyList<Example> Examples =>
    [
        new("keep the preprocessing of a classifier in it", "octet prepare model.onnx --resize 256 --crop 224 --mean 127.5 --scale 0.007843 -o prepared.onnx"),
        new("and of a YOLO detector", "octet prepare yolo.onnx --resize 640x640 --letterbox center --scale 0.003922 -o prepared.onnx"),
    ];

    protected override void Run(CommandRun run)
    {
        var model = OnnxReader.Read(run.Get(_model));
        var passes = PassPipeline.Prepare.Apply(model.Graph);
        if (_preprocessing.Read(run) is { } steps)
        {
            foreach (var input in ModelInput.Of(model.Graph).Take(1)) steps.FittedTo(input).StoreIn(model);
        }
        OnnxWriter.Write(model, run.Require(_output));

        var report = new PrepareReport(run.Require(_output), [.. passes.Select(pass => new PassReport(pass.Pass, pass.Changes))], StoredPreprocessing.Of(model)?.ToJson());
        run.Answer(report, CliJson.Default.PrepareReport, console =>
        {
            var facts = new FactSheet();
            facts.Add("written", report.Output);
            facts.AddEach("changes", report.Passes.Select(pass => $"{pass.Changes,5}  {pass.Pass}"));
            facts.Add("preprocessing", report.Preprocessing ?? "none kept");
            facts.Show(console);
        });
    }
}

/// <summary>What <c>octet prepare</c> did.</summary>
/// <param name="Output">The file that was written.</param>
/// <param name="Passes">What was changed, in order.</param>
/// <param name="Preprocessing">What the model keeps, as JSON; null for nothing.</param>
sealed record PrepareReport(string Output, IReadOnlyList<PassReport> Passes, string? Preprocessing);

/// <summary>How many places a pass changed.</summary>
sealed record PassReport(string Pass, int Changes);
