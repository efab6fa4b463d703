using System.CommandLine;
using System.Globalization;
using Octet.Jobs;
using Octet.Reporting;

namespace Octet.Cli;

/// <summary><c>octet prepare model.onnx -o prepared.onnx</c>: folds and checks a model, and keeps its preprocessing inside.</summary>
sealed class PrepareCommand : OctetCommand
{
    readonly ModelArgument _model = new("The ONNX model.");
    readonly Option<string> _output = OutputOption.Create("Where the prepared model goes.");
    readonly Option<ShapeList> _inputShapes =
        OptionKinds.Parsed<ShapeList>("--input-shapes", "shapes",
            "A shape for each input, in the model's order: [[1,3,224,224],[1,10]]. Needed where the model leaves them open and a device "
            + "does not.");

    readonly Option<string[]> _fixInput = OptionKinds.Texts("--fix-input", "name=number",
        "Let an input be one number for good, and no input any more: sr=16000. Branches that it decides go.");

    readonly Option<string[]> _outputNames = OptionKinds.Texts("--output-names", "names",
        "Cut the model behind these values, between blanks or commas; what only led to other outputs goes. Decoders of detectors are cut "
        + "off so.");

    readonly Option<string[]> _testInput = OptionKinds.Texts("--test-input", "files",
        "One sample to test with: an .npz with an array for each input, or a picture or .npy for each. The prepared model has to give "
        + "what the model gave before.");

    readonly Option<string> _testReference = OptionKinds.Text("--test-reference", "file",
        "An .npz with what the outputs should be instead: from the framework that trained the model.");
    readonly Option<string> _testResult = OptionKinds.Text("--test-result", "file", "Where the outputs of the test go, as .npz.");
    readonly Option<float[]> _tolerance =
        OptionKinds.Numbers("--tolerance", "cos,euclid",
            "The least cosine and Euclid similarity of the test's outputs; 0.99,0.99 if left out.");
    readonly Option<string[]> _except = OptionKinds.Texts("--except", "names", "Outputs to leave out of the test.");

    readonly PreprocessingOptions _preprocessing;

    public PrepareCommand(Terminal terminal) : base(terminal, "prepare", "Folds and checks a model, and keeps its preprocessing inside.")
    {
        Add(_model);
        Add(_output);
        Add(_fixInput);
        Add(_inputShapes);
        Add(_outputNames);
        _preprocessing = AddGroup(new PreprocessingOptions());
        AddGroup(new TestOptions([_testInput, _testReference, _testResult, _tolerance, _except]));

        Validators.Add(request =>
        {
            foreach (var text in request.GetValue(_fixInput) ?? [])
            {
                if (Fixed(text) is null) request.AddError($"'{text}' fixes no input; write its name and a number: --fix-input sr=16000.");
            }
            if (!request.Has(_testInput)
                    && new Option[] { _testReference, _testResult, _tolerance, _except }.FirstOrDefault(request.Has) is { } detail)
                request.AddError($"{detail.Name} needs --test-input, which says what is run.");
        });
    }

    public override string Explanation =>
        "What can be computed beforehand is: constants, and batch normalizations into the weights before them. The model computes the same "
        + "as before. With preprocessing options it also says how pictures become its input, and no later command needs them again. 'octet "
        + "quantize' prepares by itself.";

    public override IReadOnlyList<Example> Examples =>
    [
        new("keep the preprocessing of a classifier in it",
            "octet prepare model.onnx --resize 256 --crop 224 --mean 127.5 --scale 0.007843 -o prepared.onnx"),
        new("and of a YOLO detector", "octet prepare yolo.onnx --resize 640x640 --letterbox center --scale 0.003922 -o prepared.onnx"),
        new("cut off a detector's decoder, for a device that wants fixed shapes",
            "octet prepare yolo.onnx --input-shapes 1,3,640,640 --output-names cls reg obj -o prepared.onnx"),
        new("prove that it computes what PyTorch computed",
            "octet prepare model.onnx --test-input in.npz --test-reference out.npz -o prepared.onnx"),
    ];

    protected override void Run(CommandRun run)
    {
        var report = new PreparationJob
        {
            Model = run.Get(_model),
            Output = run.Require(_output),
            FixedInputs = (run.Get(_fixInput) ?? []).Select(text => Fixed(text)!.Value).DistinctBy(entry => entry.Key).ToDictionary(),
            InputShapes = run.Get(_inputShapes)?.Shapes ?? [],
            OutputNames =
                [.. (run.Get(_outputNames)
                    ?? []).SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
            Preprocessing = _preprocessing.Read(run, run.Get(_model)),
            TestInput = run.Get(_testInput) ?? [],
            TestReference = run.Get(_testReference),
            TestResult = run.Get(_testResult),
            Check = ReadCheck(run),
        }.Run(run.Cancel);

        run.Answer(report, CliJson.Default.PreparationReport, console =>
        {
            var facts = new FactSheet();
            facts.Add("written", report.Output);
            facts.AddEach("changes", report.Passes.Select(pass => $"{pass.Changes,5}  {pass.Pass}"));
            facts.AddEach("inputs", report.Inputs);
            facts.AddEach("outputs", report.Outputs);
            facts.Add("preprocessing", report.Preprocessing ?? "none kept");
            if (report.Check is { } check) facts.Add("test", CheckOptions.Summary(check));
            facts.Show(console);
        });
        if (report.Check is { Missed.Count: > 0 } missed)
            throw ToleranceException.Of(report.Output, missed,
                run.Get(_testReference) is { } reference ? $"'{reference}'" : "the model before");
    }

    /// <summary>Null where the text is no name with a number.</summary>
    static KeyValuePair<string, double>? Fixed(string text) =>
        text.LastIndexOf('=') is > 0 and var at
        && double.TryParse(text.AsSpan(at + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        ? new(text[..at], number) : null;

    ToleranceCheck ReadCheck(CommandRun run)
    {
        var (cosine, euclid) = run.Has(_tolerance) ? CheckOptions.Pair(run.Require(_tolerance)) : (0.99f, 0.99f);
        return new() { MinCosine = cosine, MinEuclid = euclid, Except = run.Get(_except) ?? [] };
    }

    sealed class TestOptions(IReadOnlyList<Option> options) : OptionGroup("Test of the prepared model")
    {
        public override IReadOnlyList<Option> Options => options;
    }
}
