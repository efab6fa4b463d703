using System.CommandLine;
using System.Globalization;
using Octet.Checking;
using Octet.Jobs;
using Octet.Pipeline;
using Octet.Pipeline.RecipeFiles;
using Octet.Planning;
using Octet.Reporting;
using Spectre.Console;

namespace Octet.Cli;

/// <summary><c>octet check model.onnx --data pictures</c>: what to expect when a model becomes integers, and what to do about it.</summary>
sealed class CheckCommand : OctetCommand
{
    const int UsuallyShown = 5;

    readonly ModelArgument _model = new("The float ONNX model, as training gave it: with its batch normalizations.");

    readonly Option<Recipe> _target = OptionKinds.Choice(
        "--target", "What will run it: tidl, with one power of two for each tensor (recipe ti-simple), or onnxruntime, with a scale for "
        + "each channel of weights (recipe fast). tidl, which is the harder one, if left out.",
        (Target.Tidl.Name, Recipes.Find("ti-simple")!), (Target.OnnxRuntime.Name, Recipes.Fast));

    readonly Option<string> _recipe = OptionKinds.Text("--recipe", "name or file",
        "Check the integers of this recipe, and its target, instead: whether ti-advanced-dw still leaves hard layers, for instance. Its "
        + "integers alone, not the way it calibrates.");

    readonly Option<int> _shown =
        OptionKinds.Count("--most", $"Show the n worst findings of each guideline; {UsuallyShown} if left out. JSON always has all.");

    readonly Option<FailOn> _failOn = OptionKinds.Choice(
        "--fail-on", "End with exit code 1 if there is a finding of this severity or worse. Without, findings do not change the exit code.",
        ("note", new FailOn(Severity.Note)), ("warning", new FailOn(Severity.Warning)), ("problem", new FailOn(Severity.Problem)));

    readonly Option<string> _validate = OptionKinds.Text("--validate", "path",
        "Labelled samples to measure accuracy on with floats, 16 and 8 bits. Takes what --data takes.");
    readonly Option<string> _report = ReportPage.Option();
    readonly DataOptions _data;
    readonly MetricOptions _metric;
    readonly PreprocessingOptions _preprocessing;

    public CheckCommand(Terminal terminal)
        : base(terminal, "check", "Tells what will be hard about a model's integers, where, and what to do.")
    {
        Add(_model);
        Add(_target);
        Add(_recipe);
        Add(_shown);
        Add(_failOn);
        Add(_validate);
        Add(_report);
        _data = AddGroup(
            new DataOptions($"Samples to run, {ModelCheckJob.UsualSamples} unless --samples says otherwise; without, the model is only "
                + "looked at.", isRequired: false));
        _metric = AddGroup(new MetricOptions());
        _preprocessing = AddGroup(new PreprocessingOptions());

        _recipe.CompletionSources.Add([.. Recipes.All.Select(recipe => recipe.Name)]);

        Validators.Add(request =>
        {
            if (request.GetResult(_target) is not null && request.GetResult(_recipe) is not null)
                request.AddError("--target and --recipe exclude each other: a recipe says for which target it is.");
            _metric.Check(request, isMeasured: request.GetResult(_validate) is not null);
            if (request.GetResult(_validate) is not null && request.GetResult(_data.Data) is null)
                request.AddError("--validate needs --data, with which the model is calibrated.");
        });
    }

    public override string Explanation =>
        "Guidelines for networks that are to run in integers, held against a model before anything is quantized: weights and values that a "
        + "few elements or channels stretch, layers that lose most, operators that stay in floats, and more. With --data the model runs, "
        + "and is also quantized with 16 bits and with 8: if 16 are bad already, integers are not to blame. Each finding says where, what "
        + "was measured, and what to do.";

    public override IReadOnlyList<Example> Examples =>
    [
        new("look at a model", "octet check model.onnx"),
        new("measure it on some pictures, which says much more",
            "octet check model.onnx --data pictures --resize 256 --crop 224 --mean 123.675,116.28,103.53 --scale 0.01712,0.01751,0.01743"),
        new("what is left if depthwise convolutions have a scale for each channel",
            "octet check model.onnx --data pictures --recipe ti-advanced-dw"),
        new("for ONNX Runtime, in a build that must not get worse",
            "octet check model.onnx --data pictures --target onnxruntime --fail-on problem"),
        new("the hardest layers, for a script",
            "octet check model.onnx --data pictures --json | jq -r '.guidelines[] | select(.name == \"hard-layers\").findings[].name'"),
    ];

    protected override void Run(CommandRun run)
    {
        var recipe = run.Get(_recipe) is { } name ? RecipeFile.FindOrRead(name) : run.Get(_target) ?? Recipes.Find("ti-simple")!;
        ReportPage.Check(run.Get(_report),
            [run.Get(_model), run.Get(_data.Data), run.Get(_validate), run.Get(_metric.Labels), run.Get(_recipe)]);
        var report = run.Track(progress => new ModelCheckJob
        {
            Model = run.Get(_model),
            Recipe = recipe,
            Data = run.Get(_data.Data),
            Samples = _data.Count(run) ?? ModelCheckJob.UsualSamples,
            Preprocessing = _preprocessing.Read(run, run.Get(_model)),
            OnBadSample = _data.OnBadSample(run),
            RunOptions = _data.RunOptions(run, progress),
            Validation = run.Get(_validate),
            Labels = run.Get(_metric.Labels),
            Metric = _metric.KindOf(run),
            Decoder = run.Get(_metric.Decoder),
        }.Run(run.Cancel));

        DataOptions.TellSkipped(run, report.Skipped, report.NotRead);
        if (run.Get(_report) is { } page)
        {
            ReportPage.Write(page, ReportPage.Document(run, "check", report, CliJson.Page.ModelCheckReport) with
            {
                ToDo = [.. RemedyWords.Lines(report.Decision.Remedies)],
            });
        }
        run.Answer(report, CliJson.Default.ModelCheckReport,
            console => Show(console, report, run.Has(_shown) ? run.Get(_shown) : UsuallyShown, run.IsQuiet));
        if (report.FloatModel?.Doubts.Any(doubt => doubt.IsSevere) == true)
            throw new FindingsException("The float model seems to give wrong answers; the doubts above say why.");
        if (run.Get(_failOn) is { } limit) limit.Judge(report);
    }

    static void Show(IAnsiConsole console, ModelCheckReport report, int shown, bool isQuiet)
    {
        var facts = new FactSheet();
        FloatModelLines.AddDoubts(facts, report.FloatModel);
        if (isQuiet)
        {
            facts.AddVerdict("decision", report.Decision.Verdict, MoodOf(report));
            facts.ShowVerdicts(console);
            return;
        }
        facts.Add("model",
            $"{report.Model}: {Figures.Of(report.Layers, "layer")} with weights, {Figures.Of(report.Values, "value")} between operators");
        facts.Add("integers", $"of recipe {report.Recipe} for {report.Target}: {report.Integers}");
        facts.Add("samples", report.Samples > 0 ? $"{report.Samples}" : "none; looked at, not run");
        FloatModelLines.Add(facts, report.FloatModel);
        if (report.Widths is { } widths) facts.AddEach("16 or 8 bits", Lines(widths));
        facts.Show(console);

        foreach (var guideline in report.Guidelines)
        {
            console.WriteLine();
            var severity = guideline.Findings[0].Severity;
            console.MarkupLineInterpolated(
                $"[{Colour(severity)}]{severity.ToString().ToLowerInvariant()}[/]  {guideline.Title} [grey]({guideline.Name})[/]");
            var places = new FactSheet();
            foreach (var finding in guideline.Findings.Take(shown))
                places.AddProse($"  {finding.Operator}", $"{finding.Name}: {finding.Measured}");
            if (guideline.Findings.Count > shown) places.Add("", $"and {guideline.Findings.Count - shown} more; --most shows them");
            places.AddProse("  advice", guideline.Advice);
            places.AddEach("  to do", RemedyWords.Lines(guideline.Remedies));
            places.Show(console);
        }

        console.WriteLine();
        var end = new FactSheet();
        if (report.Followed.Count > 0) end.AddProse("followed", string.Join(", ", report.Followed));
        if (report.NotChecked.Count > 0) end.AddProse("not checked", $"{string.Join(", ", report.NotChecked)}; they need --data");
        end.AddVerdict("decision", report.Decision.Verdict, MoodOf(report));
        end.AddEach("to do", RemedyWords.Lines(report.Decision.Remedies));
        if (report.Samples == 0) end.AddProse("", "--data PATH runs some samples.");
        end.Show(console);
    }

    static IEnumerable<string> Lines(WidthReport widths)
    {
        yield return $"output SQNR is {Figures.Decibels(widths.Sqnr16Db)} with 16 bits, {Figures.Decibels(widths.Sqnr8Db)} with 8";
        yield return $"8 bits for weights alone leave {Figures.Decibels(widths.SqnrWeights8Db)}, for values between operators "
            + $"alone {Figures.Decibels(widths.SqnrValues8Db)}";
        if (widths is not { FloatAccuracy: { } floats, Accuracy16: { } at16, Accuracy8: { } at8 }) yield break;
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{floats.Metric} {Figures.Percent(floats.Value)} in floats, {Figures.Percent(at16.Value)} with 16 "
            + $"bits, {Figures.Percent(at8.Value)} with 8, {Figures.Of(floats.Samples, "sample")}");
    }

    static Mood MoodOf(ModelCheckReport report) =>
        report.FloatModel?.Doubts.Any(doubt => doubt.IsSevere) == true ? Mood.Bad
        : report.Guidelines.SelectMany(guideline => guideline.Findings).Select(finding => finding.Severity).DefaultIfEmpty().Max() switch
        {
            Severity.Problem => Mood.Bad,
            Severity.Warning => Mood.Doubtful,
            _ => Mood.Good,
        };

    static string Colour(Severity severity) => severity switch { Severity.Problem => "red", Severity.Warning => "yellow", _ => "blue" };

    /// <summary>The severity from which on findings end the command with an error.</summary>
    sealed record FailOn(Severity Least)
    {
        /// <exception cref="FindingsException">There are such findings.</exception>
        public void Judge(ModelCheckReport report)
        {
            var count = report.Guidelines.Sum(guideline => guideline.Findings.Count(finding => finding.Severity >= Least));
            if (count > 0)
                throw new FindingsException($"--fail-on {Least.ToString().ToLowerInvariant()}: "
                    + $"there {(count == 1 ? "is 1 such finding" : $"are {count} findings of this severity or worse")}.");
        }
    }

    /// <summary>A model has findings that were said to be too many.</summary>
    sealed class FindingsException(string message) : OctetException(message);
}
