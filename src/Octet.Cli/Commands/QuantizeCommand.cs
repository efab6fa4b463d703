using System.CommandLine;
using Octet.Exporting;
using Octet.Jobs;
using Octet.Pipeline;
using Octet.Reporting;

namespace Octet.Cli;

/// <summary><c>octet quantize model.onnx --data pictures -o model.int8.onnx</c>: the main job, from file to file.</summary>
sealed class QuantizeCommand : OctetCommand
{
    readonly ModelArgument _model = new("The float ONNX model.");
    readonly Option<string> _output = OutputOption.Create("Where the integer model goes.");

    readonly Option<string> _table = OptionKinds.Text("--table", "file",
        "Without --data: the ranges to use, so that nothing is run; in any format that 'octet calibrate' writes, which its content "
        + "tells; with a recipe that tunes or trains layers, a table that was measured for it. With --data: where to write the range of "
        + "each value, as JSON; what tuning found (recipe best) is in the model alone.");

    readonly Option<SearchFigure> _search = SearchOption.Create(
        "Try all methods on what is measured, simulate the integer model on the first 30 samples with each, and go on with the one whose "
        + "outputs have the best cosine or SQNR.");

    readonly Option<bool> _asymmetric = OptionKinds.Flag("--asymmetric",
        "Take the smallest and largest value from a tpu-mlir table, for integers with a zero point, instead of its thresholds.");
    readonly Option<bool> _partial = OptionKinds.Flag("--partial-table",
        "Leave values that the table lacks in floats, instead of refusing the table.");

    readonly Option<string> _validate = OptionKinds.Text("--validate", "path",
        "Labelled samples to measure float and integer accuracy on. Takes what --data takes.");
    readonly Option<bool> _ignoreDoubts = OptionKinds.Flag("--ignore-doubts",
        "Go on where the float model seems to give wrong answers (accuracy near chance, inputs that no training had, one answer to "
        + "everything); without, nothing is written then.");

    const string NothingGiven = "Give --data to calibrate with, or --table with ranges from an earlier calibration; '--recipe dynamic' "
        + "needs neither.";

    readonly Option<QuantizedFormat> _format = ConvertCommand.FormatOption("How the file says what is integer; qdq if left out");
    readonly Option<string> _report = ReportPage.Option();
    readonly DataOptions _data;
    readonly MetricOptions _metric;
    readonly QuantizationOptions _quantization;
    readonly TiOptions _ti;
    readonly TidlOptions _tidl;
    readonly CheckOptions _check;
    readonly PreprocessingOptions _preprocessing;

    public QuantizeCommand(Terminal terminal) : base(terminal, "quantize", "Calibrates a float model and writes it as an integer one.")
    {
        Add(_model);
        Add(_output);
        Add(_table);
        Add(_search);
        Add(_asymmetric);
        Add(_partial);
        Add(_validate);
        Add(_ignoreDoubts);
        Add(_format);
        Add(_report);
        _data = AddGroup(new DataOptions("What the model will see in use; about a hundred samples are enough.", isRequired: false));
        _metric = AddGroup(new MetricOptions());
        _quantization = AddGroup(new QuantizationOptions("best, or fast where --table gives the ranges,"));
        _ti = AddGroup(new TiOptions());
        _tidl = AddGroup(new TidlOptions());
        _check = AddGroup(new CheckOptions());
        _preprocessing = AddGroup(new PreprocessingOptions());

        Validators.Add(request =>
        {
            // A recipe that is named may need neither, which only its steps tell.
            if (request.GetResult(_data.Data) is null && request.GetResult(_table) is null && !_quantization.NamesRecipe(request))
                request.AddError(NothingGiven);
            _metric.Check(request, isMeasured: request.Has(_validate));
            if ((request.Has(_asymmetric) || request.Has(_partial)) && (request.Has(_data.Data) || !request.Has(_table)))
                request.AddError("--asymmetric and --partial-table say how a given --table is read; with --data none is.");
            if (request.Has(_data.Samples) && !request.Has(_data.Data))
                request.AddError("--samples counts what is calibrated with; give --data, or leave it out.");
            if (request.Has(_search) && !request.Has(_data.Data)) request.AddError("--search runs samples; give --data.");
            if (request.Has(_search) && _quantization.HasMethod(request))
                request.AddError("--search tries all methods; leave out --method.");
            if (!request.Has(_check.Tolerance) && _check.Details.FirstOrDefault(request.Has) is { } detail)
                request.AddError($"{detail.Name} needs --tolerance, which says how large a difference may be.");
            if (request.Has(_check.Tolerance) && !request.Has(_check.Samples) && !request.Has(_data.Data))
                request.AddError("--tolerance runs samples; give --test-input.");
        });
    }

    public override bool SharesWork => true;

    public override string Explanation =>
        "The float model runs once over the samples while the range of each value between operators is measured. Weights become int8, "
        + "values between operators 8-bit integers, and the result is written with QuantizeLinear and DequantizeLinear nodes, which ONNX "
        + "Runtime and other runtimes turn into integer arithmetic. Where no recipe is named, each layer is tuned then (recipe best), "
        + "which takes some seconds; '--recipe fast' leaves that out. Then both models run side by side: the report says how far the "
        + "outputs and the worst layers are from the float model's, and with --validate what it costs in accuracy.";

    public override IReadOnlyList<Example> Examples =>
    [
        new("a classifier of the ImageNet kind",
            "octet quantize model.onnx --data pictures --resize 256 --crop 224 --mean 123.675,116.28,103.53 --scale "
            + "0.01712,0.01751,0.01743 -o model.int8.onnx"),
        new("measure what it costs", "octet quantize model.onnx --data pictures --validate val --labels labels.txt -o model.int8.onnx"),
        new("as accurate as it gets", "octet quantize model.onnx --data pictures --search sqnr -o model.int8.onnx"),
        new("at once, without tuning", "octet quantize model.onnx --data pictures --recipe fast -o model.int8.onnx"),
        new("as PyTorch does it for x86, the first and the last layer in floats",
            "octet quantize model.onnx --data pictures --recipe pytorch-fbgemm --first-layer float --last-layer float -o model.int8.onnx"),
        new("a transformer, without samples", "octet quantize encoder.onnx --recipe dynamic -o encoder.int8.onnx"),
        new("leave sensitive parts in floats",
            "octet quantize model.onnx --data pictures --exclude Softmax --exclude 'head.*' -o model.int8.onnx"),
        new("for TI's accelerators, with the files that TIDL takes",
            "octet quantize model.onnx --data pictures --recipe ti-advanced --iterations 10 --tidl deploy -o model.int8.onnx"),
        new("calibrate once, then use the ranges again",
            "octet quantize model.onnx --data pictures --recipe fast --table ranges.json -o model.int8.onnx"),
        new("the same without running anything", "octet quantize model.onnx --table ranges.json --per-tensor -o model.int8.onnx"),
        new("with what many machines have measured for recipe best ('octet calibrate --help')",
            "octet quantize model.onnx --table all.table --recipe best -o model.int8.onnx"),
        new("a table of tpu-mlir, checked as model_deploy does it",
            "octet quantize prepared.onnx --table model_cali_table --test-input in.npz --tolerance 0.8,0.5 -o model.int8.onnx"),
    ];

    protected override void Run(CommandRun run)
    {
        var recipe = _ti.Apply(run, _quantization.Read(run, run.Has(_data.Data) ? Recipes.Best : Recipes.Fast), _data.Count(run));
        if (!run.Has(_data.Data) && !run.Has(_table) && recipe.NeedsSamples) throw new UsageException(NothingGiven);
        var tidl = _tidl.Read(run, recipe);
        var report = run.Track(progress => new QuantizationJob
        {
            Model = run.Get(_model),
            Output = run.Require(_output),
            Format = run.Get(_format),
            Data = run.Get(_data.Data),
            Samples = _data.Count(run),
            Table = run.Get(_table),
            Reading = new("", run.Get(_asymmetric), run.Get(_partial)),
            Search = run.Has(_search) ? run.Get(_search) : null,
            Tidl = tidl,
            Check = _check.Read(run),
            Preprocessing = _preprocessing.Read(run, run.Get(_model)),
            OnBadSample = _data.OnBadSample(run),
            AlsoRead = _quantization.FilesRead(run),
            AlsoWritten = run.Get(_report) is { } page ? [page] : [],
            KeepsDetails = run.Has(_report),
            Options = new() { Recipe = recipe, RunOptions = _data.RunOptions(run, progress) },
            StopsAtDoubts = !run.Get(_ignoreDoubts),
            Validation = run.Get(_validate),
            Labels = run.Get(_metric.Labels),
            Metric = _metric.KindOf(run),
            Decoder = run.Get(_metric.Decoder),
        }.Run(run.Cancel));

        DataOptions.TellSkipped(run, report.Skipped, report.NotRead);
        if (run.Writes && run.Get(_report) is { } path)
        {
            ReportPage.Write(path, ReportPage.Document(run, "quantize", report, CliJson.Page.RunReport) with
            {
                ToDo = [.. RemedyWords.Lines(report.Advice.Remedies)],
                NextCommand = RemedyWords.Command(run.Words, report.Advice.Remedies),
                Agreement = report.Agreement?.ToString(),
                Details = report.Details,
            });
        }
        run.Answer(report, CliJson.Default.RunReport, Facts(report, run.Words));
        if (report.Check is { Missed.Count: > 0 } check) throw ToleranceException.Of(report.Output, check, advice: report.Advice);
    }

    /// <summary>A line for each step after which the outputs were compared, and what the steps took.</summary>
    static IEnumerable<string> StepLines(RunReport report)
    {
        foreach (var step in report.Steps.Where(step => step.SqnrDb is not null))
        {
            yield return $"{string.Join(", ", step.Steps)}: outputs {step.SqnrDb:F1} "
                + $"dB{(step.Remark.Length > 0 ? $" ({step.Remark})" : "")}";
        }
        if (report.KeptSamples > 0)
        {
            yield return $"{Figures.Of(report.Passes, "pass")} over the samples, "
                + $"{Figures.Of(report.KeptSamples, "sample")} ({Figures.Bytes(report.KeptBytes)}) kept in memory";
        }
    }

    static FactSheet Facts(RunReport report, IReadOnlyList<string> typed)
    {
        var facts = new FactSheet();
        FloatModelLines.AddDoubts(facts, report.FloatModel);
        facts.Add("written", $"{report.Output}, {Figures.Bytes(report.FloatBytes)} -> {Figures.Bytes(report.IntegerBytes)}");
        if (report.Tidl is { } tidl) facts.AddEach("for TIDL", TidlOptions.Lines(tidl));
        FloatModelLines.Add(facts, report.FloatModel);
        facts.Add("recipe", report.Recipe);
        if (report.Ranks is { } ranks)
            facts.Add("processes", $"{ranks}: ranges were measured by all, layers tuned by each alike, and the rest is the first one's");
        facts.Add("ranges", report.IsDynamic ? "found in each run" : report.CalibrationSeconds > 0
            ? $"{report.Method}, from {Figures.Of(report.Samples, "sample")} in {Figures.Seconds(report.CalibrationSeconds)}"
            : $"{(report.Method.Length > 0 ? $"{report.Method}, " : "")}from a "
            + $"table{(report.Samples > 0 ? $" made with {Figures.Of(report.Samples, "sample")}" : "")}");
        facts.AddEach("methods", SearchOption.Lines(report.Search));
        facts.AddEach("steps", StepLines(report));
        facts.Add("integers",
            $"{Figures.Of(report.QuantizedValues, "value")} between operators, {report.QuantizedWeights} "
            + $"weights{(report.Work is { } work ? $", {Figures.Percent(100 * work.Share)} of the multiply-accumulates" : "")}");
        if (report.FloatOperators.Count > 0) facts.Add("in floats", string.Join(", ", report.FloatOperators));
        facts.AddEach("as pairs", ConvertCommand.Lines(report.Unconverted));
        if (report is { FloatAccuracy: { } before, IntegerAccuracy: { } after })
        {
            foreach (var (real, rounded) in before.Figures.Zip(after.Figures))
                facts.Add(real.Name,
                    $"{Figures.Percent(real.Percent)} float -> {Figures.Percent(rounded.Percent)} integer, "
                    + Figures.Of(after.Samples, "sample"));
        }
        if (report.Difference is { } difference) facts.Add("difference", $"{difference.Metric} {difference}");
        if (report.Agreement is { } agreement) facts.Add("agreement", $"{agreement} with the float model");
        if (report.UnknownNames.Count > 0)
            facts.AddProse("table",
                $"{report.UnknownNames.Count} names in it that the model has "
                + $"not: {string.Join(", ", report.UnknownNames.Take(10))}{(report.UnknownNames.Count > 10 ? ", …" : "")}");
        if (report.Check is { } check) facts.Add("check", CheckOptions.Summary(check));
        facts.AddEach("outputs", report.Outputs.Select(LayerLine.Of));
        facts.AddEach("worst layers", report.WorstLayers.Select(LayerLine.WithLocal));
        foreach (var note in report.NotCompared) facts.AddProse("not compared", note);
        foreach (var warning in report.Warnings) facts.AddProse("warning", warning);
        facts.AddVerdict("advice", report.Advice.Verdict, MoodOf(report));
        facts.AddEach("to do", RemedyWords.Lines(report.Advice.Remedies));
        if (RemedyWords.Command(typed, report.Advice.Remedies) is { } command) facts.Add("type", command);
        return facts;
    }

    /// <summary>That of the page: a loss of 5 points or outputs below 10 dB are bad, of 1 point or below 20 dB doubtful.</summary>
    static Mood MoodOf(RunReport report)
    {
        var loss = report.Difference is { IsClear: true } difference ? -difference.Points : 0;
        var worst = report.Outputs.Select(output => output.SqnrDb).DefaultIfEmpty(double.PositiveInfinity).Min();
        var isWrong = report.FloatModel?.Doubts.Any(doubt => doubt.IsSevere) == true || report.Check is { Missed.Count: > 0 };
        return isWrong || loss >= 5 || worst < 10 ? Mood.Bad : loss >= 1 || worst < 20 ? Mood.Doubtful : Mood.Good;
    }
}
