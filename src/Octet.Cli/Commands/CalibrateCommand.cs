using System.CommandLine;
using Octet.Calibration;
using Octet.Calibration.Formats;
using Octet.Data;
using Octet.Jobs;
using Octet.Pipeline;
using Octet.Reporting;
using Spectre.Console;

namespace Octet.Cli;

/// <summary><c>octet calibrate model.onnx --data pictures -o ranges.json</c>: chooses ranges, in any tool's format, on one machine or on
/// many.</summary>
sealed class CalibrateCommand : OctetCommand
{
    readonly ModelArgument _model = new("The float ONNX model.");
    readonly Option<string> _output = OutputOption.Create("Where the table goes.");

    readonly Option<ICalibrationFormat> _format = OptionKinds.Choice(
        "--format",
        $"How the table is written: {string.Join("; ", CalibrationFormats.All.Select(format => $"{format.Name}: {format.Description}"))}. "
        + "octet if left out. 'octet quantize --table' reads all of them.",
        [.. CalibrationFormats.All.Select(format => (format.Name, format))]);

    readonly Option<string> _list = OptionKinds.Text("--data-list", "file",
        "A list of samples, one a line, files of several inputs between commas; instead of --data.");

    readonly Option<Shard> _shard = ShardOption.Create();

    readonly Option<string[]> _merge = OptionKinds.Texts("--merge", "files",
        "Tables in octet's format, of parts of one data set or of all of it: merges what they measured and chooses from that. Order and "
        + "grouping change nothing.");

    readonly Option<int> _bins =
        OptionKinds.Count("--bins",
            "Bins of the histogram that the method chooses from: of its search for the methods of other tools (2048), else of one side of "
            + "zero, a power of two (2048).", min: 16, max: 65536);

    readonly Option<SearchFigure> _search = SearchOption.Create(
        "Try all methods on what was measured, simulate the integer model on the first 30 samples with each, and keep the one whose "
        + "outputs have the best cosine or SQNR.");

    readonly Option<int> _tuneSamples =
        OptionKinds.Count("--tune-samples",
            "Tune thresholds with n samples, layer by layer, as tpu-mlir does after choosing by KLD; 5 are usual.");
    readonly Option<string> _tuneList = OptionKinds.Text("--tune-list", "path",
        "The samples to tune with, instead of the first of --data. All of them, if --tune-samples is left out.");

    readonly DataOptions _data;
    readonly QuantizationOptions _quantization;
    readonly PreprocessingOptions _preprocessing;

    public CalibrateCommand(Terminal terminal)
        : base(terminal, "calibrate", "Measures a model's values and writes the ranges of their integers.")
    {
        Add(_model);
        Add(_output);
        Add(_format);
        Add(_list);
        Add(_shard);
        Add(_merge);
        Add(_bins);
        Add(_search);
        Add(_tuneSamples);
        Add(_tuneList);
        _data = AddGroup(new DataOptions("What the model will see in use; about a hundred samples are enough.", isRequired: false));
        _quantization = AddGroup(new QuantizationOptions("fast"));
        _preprocessing = AddGroup(new PreprocessingOptions());

        Validators.Add(request =>
        {
            if (request.Has(_data.Data) && request.Has(_list))
                request.AddError("--data and --data-list are two ways to say the same; give one of them.");
            if (request.Has(_search) && _quantization.HasMethod(request))
                request.AddError("--search tries all methods; leave out --method.");
            var hasData = request.Has(_data.Data) || request.Has(_list);
            var needsData = request.Has(_search) || request.Has(_tuneSamples) && !request.Has(_tuneList);
            if (!hasData && !request.Has(_merge)) request.AddError("Give --data to measure, or --merge with tables that others measured.");
            if (hasData && request.Has(_merge) && !needsData)
                request.AddError("--merge needs no --data unless --search or --tune-samples does: it takes what the tables measured.");
            if (request.Has(_shard) && request.Has(_merge)) request.AddError("--shard measures and --merge does not; give one of them.");
            if (request.Has(_shard) && request.Has(_tuneList))
                request.AddError("--tune-list: tuning looks at the whole; give it with 'octet calibrate --merge'.");
            if (request.Has(_shard) && request.Has(_format) && request.GetValue(_format) is { } format
                    && format != CalibrationFormats.Octet)
                request.AddError($"--shard needs --format octet: {format.Name} holds nothing that could be merged.");
        });
    }

    public override bool SharesWork => true;

    public override string Explanation =>
        "The float model runs once over the samples while what the methods need is measured of each value between operators; then ranges "
        + "are chosen. Octet's own format keeps what was measured, so that other methods can choose from it later without running anything "
        + "('--merge TABLE --method ...'), and so that many machines can measure a part each: the merged table is the same, bit for bit, "
        + "as that of one machine. 'octet quantize --table' makes the integer model. That holds for every recipe: for those "
        + "that tune or train layers ('--recipe best', to all of these commands) the table is an archive that carries the samples along "
        + "which their steps run again.";

    public override IReadOnlyList<Example> Examples =>
    [
        new("ranges, and everything to choose anew from", "octet calibrate prepared.onnx --data pictures -o ranges.json"),
        new("as tpu-mlir's run_calibration: KLD, thresholds tuned with 5 samples",
            "octet calibrate prepared.onnx --data pictures --samples 100 --method kld --tune-samples 5 --format tpu-mlir -o "
            + "model_cali_table"),
        new("the third of eight machines", "octet calibrate prepared.onnx --data pictures --shard 3/8 -o part3.json"),
        new("the same by mpirun, in one step", "mpirun -n 8 octet calibrate prepared.onnx --data pictures -o ranges.json"),
        new("put the parts together", "octet calibrate prepared.onnx --merge part*.json -o ranges.json"),
        new("the same for a recipe that tunes layers: measure a part",
            "octet calibrate prepared.onnx --data pictures --recipe best --shard 3/8 -o part3.table"),
        new("then merge; 'octet quantize --table all.table --recipe best' makes the model without data",
            "octet calibrate prepared.onnx --merge part*.table --recipe best -o all.table"),
        new("which method suits the model best?", "octet calibrate prepared.onnx --data pictures --search cosine -o ranges.json"),
    ];

    protected override void Run(CommandRun run)
    {
        var report = run.Track(progress =>
        {
            var options = new QuantizerOptions
            {
                Recipe = _quantization.Read(run, Recipes.Fast),
                RunOptions = _data.RunOptions(run, progress),
            };
            return new CalibrationJob
            {
                Model = run.Get(_model),
                Output = run.Require(_output),
                Format = run.Get(_format) ?? CalibrationFormats.Octet,
                Data = run.Get(_data.Data) ?? run.Get(_list),
                Samples = _data.Count(run),
                Shard = run.Has(_shard) ? run.Get(_shard) : null,
                Merge = run.Get(_merge) ?? [],
                Search = run.Has(_search) ? run.Get(_search) : null,
                TuneSamples = run.Has(_tuneSamples) ? run.Get(_tuneSamples) : run.Has(_tuneList) ? int.MaxValue : 0,
                TuneData = run.Get(_tuneList),
                Preprocessing = _preprocessing.Read(run, run.Get(_model)),
                OnBadSample = _data.OnBadSample(run),
                Bins = Bins(run, options),
                AlsoRead = _quantization.FilesRead(run),
                Options = options,
            }.Run(run.Cancel);
        });

        DataOptions.TellSkipped(run, report.Skipped, report.NotRead);
        run.Answer(report, CliJson.Default.CalibrationReport, console => Show(console, report));
    }

    /// <summary>The number of bins, checked for the method of the recipe, or for all methods where they are searched.</summary>
    int? Bins(CommandRun run, QuantizerOptions options)
    {
        if (!run.Has(_bins)) return null;
        var (bins, method) = (run.Get(_bins), options.Recipe.Config.ActivationMethod);
        var isSearch = run.Has(_search);
        if (!isSearch && method is not HistogramMethod)
            throw new UsageException($"--bins: the method {method} looks at no "
                + $"histogram; {string.Join(", ", CalibrationMethods.All.OfType<HistogramMethod>())} do.");
        if ((isSearch || method is GridMethod) && bins < GridMethod.MinSearchBins)
            throw new UsageException($"--bins: {(isSearch ? "a search" : $"the method {method}")} needs at "
                + $"least {GridMethod.MinSearchBins}.");
        if ((isSearch || method is not GridMethod) && !System.Numerics.BitOperations.IsPow2(bins))
            throw new UsageException($"--bins: {bins} is no power of "
                + $"two; {System.Numerics.BitOperations.RoundUpToPowerOf2((uint)bins)} is.");
        return bins;
    }

    static void Show(IAnsiConsole console, CalibrationReport report)
    {
        var facts = new FactSheet();
        FloatModelLines.AddDoubts(facts, report.FloatModel);
        facts.Add("written", $"{report.Output}, {report.Format}, {Figures.Of(report.Values, "value")}");
        FloatModelLines.Add(facts, report.FloatModel);
        var part = report.Samples < report.TotalSamples ? $" of {report.TotalSamples}" : "";
        facts.Add("ranges",
            $"{report.Method}, from {(part.Length > 0 ? $"{report.Samples}{part} samples" : Figures.Of(report.Samples, "sample"))}"
            + $"{(report.Seconds > 0 ? $" in {Figures.Seconds(report.Seconds)}" : ", merged")}");
        if (report.Ranks is { } ranks) facts.Add("processes", $"{ranks} measured; the first did the rest");
        if (report.CarriedSamples > 0)
            facts.Add("carried",
                $"{Figures.Of(report.CarriedSamples, "sample")}, {Figures.Bytes(report.CarriedBytes)}, for steps that run them again");
        facts.AddEach("methods", SearchOption.Lines(report.Search));
        if (report.TunedSamples > 0)
            facts.Add("tuned",
                $"{Figures.Of(report.TunedValues, "threshold")} raised with {Figures.Of(report.TunedSamples, "sample")} in "
                + $"{Figures.Seconds(report.TuningSeconds)}");
        facts.Show(console);
    }
}
