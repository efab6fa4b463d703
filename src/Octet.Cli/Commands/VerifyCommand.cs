using System.CommandLine;
using System.Globalization;
using Octet.Data;
using Octet.Onnx;
using Octet.Verification;

namespace Octet.Cli;

/// <summary><c>octet verify model.int8.onnx --float model.onnx</c>: what a runtime really executes of a model.</summary>
sealed class VerifyCommand : OctetCommand
{
    /// <summary>Samples that both run where nothing else is said.</summary>
    const int UsualSamples = 8;

    /// <summary>Layers and operators that are listed.</summary>
    const int Shown = 10;

    readonly ModelArgument _model = new("The model to load, quantized or not.");

    readonly Option<string> _runtime = new Option<string>("--runtime")
    {
        HelpName = "name",
        Description = "The runtime that loads it: onnxruntime, on this machine's processor, which is also meant if left out.",
    }.AcceptOnlyFromAmong("onnxruntime");

    readonly Option<string> _float = OptionKinds.Text("--float", "model",
        "The float model that it was made from; both are timed by turns.");

    readonly Option<int> _minLayers = OptionKinds.Count("--min-integer-layers",
        "End with exit code 1 if fewer layers run in integers: a check for builds.");

    readonly DataOptions _data;
    readonly PreprocessingOptions _preprocessing;

    public VerifyCommand(Terminal terminal)
        : base(terminal, "verify", "Loads a model in a runtime, and says which layers run in integers, what they give, and how fast.")
    {
        Add(_model);
        Add(_runtime);
        Add(_float);
        Add(_minLayers);
        _data = AddGroup(new DataOptions(
            $"Samples that both Octet and the runtime run, {UsualSamples} unless --samples says otherwise; without, one of random numbers.",
            isRequired: false, "Let n threads share each sample in the runtime; 1 if left out."));
        _preprocessing = AddGroup(new PreprocessingOptions());
    }

    public override string Explanation =>
        "A file with QuantizeLinear and DequantizeLinear nodes only asks for integers: the runtime decides. This command loads the file, "
        + "reads the graph that the runtime made of it, and names each layer that stayed in floats, with the reason. It compares the "
        + "outputs with Octet's, and with --float the time with the float model's. The exit code is 1 if the runtime refuses the model or "
        + "its outputs are others.";

    public override IReadOnlyList<Example> Examples =>
    [
        new("does it run in integers, and is it faster?", "octet verify model.int8.onnx --float model.onnx"),
        new("the same outputs, on real pictures", "octet verify model.int8.onnx --data pictures --samples 20"),
        new("the layers that stay in floats, for a script",
            "octet verify model.int8.onnx --json | jq -r '.layers[] | select(.execution == \"float\").name'"),
    ];

    protected override void Run(CommandRun run)
    {
        var model = OnnxReader.Read(run.Get(_model));
        if (_preprocessing.Read(run, run.Get(_model)) is { } preprocessing) StoredPreprocessing.StoreIn(preprocessing, model);
        var samples = run.Has(_data.Data) ? _data.Open(run, model) : null;
        if (samples is not null && _data.Count(run) is null) samples = samples.Take(UsualSamples);
        var report = run.Track(progress => RuntimeVerification.Verify(run.Get(_model), new()
        {
            FloatModel = run.Get(_float),
            Samples = samples,
            Threads = _data.Threads(run) ?? 1,
            MaxBytes = _data.RunOptions(run, progress).MaxBytes,
            Progress = progress,
        }, model, run.Cancel));

        if (samples is not null) DataOptions.TellSkipped(run, samples);
        run.Answer(report, CliJson.Default.RuntimeReport, Facts(report));
        if (!report.Agrees) throw new VerificationFailure("The outputs of the runtime are not those that Octet computes.");
        if (run.Has(_minLayers) && report.IntegerLayers < run.Get(_minLayers))
            throw new VerificationFailure(
                $"{report.IntegerLayers} layers run in integers; --min-integer-layers asks for {run.Get(_minLayers)}.");
    }

    static FactSheet Facts(RuntimeReport report)
    {
        var facts = new FactSheet();
        facts.Add("runtime", report.Runtime);
        facts.Add("layers",
            Invariant($"{report.IntegerLayers} in integers, {report.FloatLayers} in floats, {Count(report, LayerExecution.Folded)} folded")
            + (report.UnknownLayers > 0 ? $", {report.UnknownLayers} unknown" : ""));
        var floats = report.Layers.Where(layer => layer.Execution == LayerExecution.Float).ToArray();
        facts.AddEach("in floats", floats.Take(Shown).Select(layer => $"{layer.Name} ({layer.Operator}): {layer.Reason}"));
        if (floats.Length > Shown) facts.Add("", $"{floats.Length - Shown} more; --json has all");
        facts.AddEach("outputs", report.Outputs.Select(Line));
        facts.Add("compared", report.Samples == 1 ? "1 sample" : Invariant($"{report.Samples} samples"));
        if (report.Milliseconds is { } time)
            facts.Add("time", Invariant($"{time:F2} ms a sample, {report.Threads} thread{(report.Threads == 1 ? "" : "s")}")
                + (report.FloatMilliseconds is { } before ? Invariant($"; the float model {before:F2} ms") : ""));
        facts.AddEach("where", report.Times.Where(entry => entry.Percent >= 1).Take(Shown)
            .Select(entry => Invariant($"{entry.Percent,4:F0} %  {entry.Operator}, {entry.Nodes} node{(entry.Nodes == 1 ? "" : "s")}")));
        foreach (var (index, sentence) in report.Verdict.Index())
            facts.AddVerdict(index == 0 ? "verdict" : "", sentence, report.Agrees ? Mood.Good : Mood.Bad);
        return facts;
    }

    static int Count(RuntimeReport report, LayerExecution execution) => report.Layers.Count(layer => layer.Execution == execution);

    static string Line(OutputVerification output) => output switch
    {
        { Problem: { } problem } => $"{output.Name}: {problem}",
        { Differing: 0 } => Invariant($"{output.Name}: all {output.Elements} elements equal Octet's"),
        { UnfusedSqnrDb: { } unfused } => Line(output with { UnfusedSqnrDb = null })
            + Invariant($"; {unfused:F1} dB from the runtime's run of the file as it stands, not fused"),
        _ => Invariant($"{output.Name}: {output.Differing} of {output.Elements} elements differ from Octet's, {output.SqnrDb:F1} dB"),
    };

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A model that a runtime does not execute as it was asked for.</summary>
sealed class VerificationFailure(string message) : OctetException(message);
