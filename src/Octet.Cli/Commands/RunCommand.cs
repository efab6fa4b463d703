using System.CommandLine;
using Octet.Data;
using Octet.Data.Arrays;
using Octet.Data.Images;
using Octet.Evaluation;
using Octet.Jobs;
using Octet.Running;

namespace Octet.Cli;

/// <summary><c>octet run model.onnx --input input.npz -o outputs.npz</c>: runs a model once.</summary>
sealed class RunCommand : OctetCommand
{
    readonly ModelArgument _model = new("The ONNX model.");
    readonly Option<string> _output = OutputOption.Create("An .npz with an array for each output, by name.");

    readonly Option<string[]> _inputs = new("--input")
    {
        HelpName = "file",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Description = "One .npz with an array for each input, by name; or a picture or .npy for each input, in the order of the model.",
    };

    readonly Option<string> _draw = OptionKinds.Text("--draw", "file",
        "Also draw the boxes or the mask that the model finds over the picture, as a PNG.");

    readonly Option<int> _threads =
        OptionKinds.Count("--threads", "Share the run among n threads; as many as there are processors if left out.");

    readonly Option<long> _memory = MemoryOption.Create();

    readonly PreprocessingOptions _preprocessing;

    public RunCommand(Terminal terminal) : base(terminal, "run", "Runs a model once and writes its outputs.")
    {
        Add(_model);
        Add(_inputs);
        Add(_output);
        Add(_draw);
        Add(_threads);
        Add(_memory);
        _preprocessing = AddGroup(new PreprocessingOptions());
    }

    public override string Explanation =>
        "Arrays keep their element types; shapes have to be those that the model takes, a missing batch dimension aside. Nothing is folded "
        + "or quantized.";

    public override IReadOnlyList<Example> Examples =>
    [
        new("a picture, with the preprocessing that the model keeps", "octet run prepared.onnx --input cat.jpg -o outputs.npz"),
        new("what a detector finds, drawn", "octet run yolox.onnx --preprocess yolox --input street.jpg --draw boxes.png -o outputs.npz"),
        new("arrays by name; read the answer with numpy.load", "octet run model.onnx --input inputs.npz -o outputs.npz"),
        new("a model with two inputs", "octet run model.onnx --input ids.npy mask.npy -o outputs.npz"),
    ];

    protected override void Run(CommandRun run)
    {
        OutputCheck.Check([run.Require(_output), run.Get(_draw)], [run.Get(_model), .. run.Require(_inputs)]);
        var model = Onnx.OnnxReader.Read(run.Get(_model));
        OutputCheck.Check([run.Require(_output), run.Get(_draw)], model.DataFiles);
        var preprocessing = _preprocessing.Read(run, run.Get(_model)) ?? StoredPreprocessing.Of(model);
        var sample = SampleSource.OpenSingle(run.Require(_inputs), ModelInput.Of(model.Graph), preprocessing).Load(0);

        var outputs =
            new Session(model.Graph, MemoryOption.SessionOptions(run, _memory) with { Threads = run.Get(_threads) },
                run.Get(_model)).Run(sample.Inputs);
        run.Cancel.ThrowIfCancellationRequested();
        NpzFile.Write(run.Require(_output), outputs);

        var answer = SampleAnswer.Of([.. model.Graph.Outputs.Select(output => outputs[output.Name])],
            sample.PictureSize is { } size ? preprocessing?.PlacementOf(size.Width, size.Height) : null);
        if (run.Get(_draw) is { } drawing) Draw(drawing, answer, run.Require(_inputs)[0], preprocessing?.IgnoreOrientation == true);

        var report = new RunOutputs(run.Require(_output), [.. outputs.Select(output => $"{output.Key}: {output.Value}")], answer.Lines,
            run.Get(_draw));
        run.Answer(report, CliJson.Default.RunOutputs, console =>
        {
            var facts = new FactSheet();
            facts.Add("written", report.Output);
            facts.AddEach("outputs", report.Outputs);
            facts.AddEach("answer", report.Answer);
            if (report.Drawing is { } drawn) facts.Add("drawn", drawn);
            facts.Show(console);
        });
    }

    static void Draw(string path, SampleAnswer answer, string picture, bool ignoreOrientation)
    {
        var drawing = answer.DrawOver(ImageDecoder.Decode(picture, ignoreOrientation));
        AtomicFile.Write(path, stream => stream.Write(drawing));
    }
}

/// <summary>What <c>octet run</c> wrote.</summary>
/// <param name="Output">The file.</param>
/// <param name="Outputs">Name, type and shape of each array in it.</param>
/// <param name="Answer">What they seem to say: the five best classes, boxes, or shares of pixels.</param>
/// <param name="Drawing">The file with the drawing; null for none.</param>
sealed record RunOutputs(string Output, IReadOnlyList<string> Outputs, IReadOnlyList<string> Answer, string? Drawing);
