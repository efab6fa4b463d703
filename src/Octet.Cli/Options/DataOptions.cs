using System.CommandLine;
using Octet.Data;
using Octet.Running;

namespace Octet.Cli;

/// <summary>Which samples a command runs, and how.</summary>
sealed class DataOptions : OptionGroup
{
    readonly Option<string> _data;

    readonly Option<int> _samples = OptionKinds.Count("--samples", "Use the first n samples only.");

    readonly Option<bool> _skipBad = OptionKinds.Flag("--skip-bad",
        "Leave out samples that cannot be read, and name them in the end. Without it the first one ends the run.");

    readonly Option<int> _threads;

    readonly Option<long> _memory = MemoryOption.Create();

    /// <param name="description">What the samples are for.</param>
    /// <param name="isRequired">Whether the command can do nothing without samples.</param>
    /// <param name="threads">What <c>--threads</c> means.</param>
    public DataOptions(string description, bool isRequired = true,
        string threads = "Run n samples at a time; as many as there are processors if left out.") : base("Samples")
    {
        _data = new("--data")
        {
            HelpName = "path",
            Required = isRequired,
            Description = $"{description} A folder of pictures, .npy or .npz; a list, one sample a line; or one .npy whose first axis "
                + "counts samples.",
        };
        _threads = OptionKinds.Count("--threads", threads);
    }

    public override IReadOnlyList<Option> Options => [_data, _samples, _skipBad, _threads, _memory];

    public Option<string> Data => _data;

    public Option Samples => _samples;

    /// <summary>The limit on samples; null for all.</summary>
    public int? Count(CommandRun run) => run.Has(_samples) ? run.Get(_samples) : null;

    /// <summary>The number of threads; null where none is given.</summary>
    public int? Threads(CommandRun run) => run.Has(_threads) ? run.Get(_threads) : null;

    public OnBadSample OnBadSample(CommandRun run) => run.Get(_skipBad) ? Octet.Data.OnBadSample.Skip : Octet.Data.OnBadSample.Fail;

    public SampleRunOptions RunOptions(CommandRun run, IProgress<StepProgress> progress) =>
        new()
        {
            Threads = run.Get(_threads),
            Ranks = run.Ranks,
            Progress = progress,
            MaxBytes = run.Has(_memory) ? run.Get(_memory) : null
        };

    public SessionOptions SessionOptions(CommandRun run) => MemoryOption.SessionOptions(run, _memory);

    /// <summary>Opens the samples for a model, whose metadata says how pictures become inputs.</summary>
    /// <param name="run">The request.</param>
    /// <param name="model">What takes the samples.</param>
    /// <param name="alsoRead">Where labels are; they may lie among the samples.</param>
    public ISampleSource Open(CommandRun run, Graphs.Model model, params IReadOnlyList<string> alsoRead)
    {
        var samples = Quantizer.OpenSamples(model, run.Require(_data), OnBadSample(run), alsoRead);
        return Count(run) is { } count ? samples.Take(count) : samples;
    }

    /// <summary>Names the samples that were left out, and counts the files that are none.</summary>
    public static void TellSkipped(CommandRun run, IReadOnlyList<string> skipped, string? notRead)
    {
        if (notRead is not null) run.Warn(notRead + ".");
        if (skipped.Count > 0)
            run.Warn($"{skipped.Count} sample(s) were left "
                + $"out:{string.Concat(skipped.Select(sample => $"{Environment.NewLine}  {sample}"))}");
    }

    public static void TellSkipped(CommandRun run, ISampleSource samples) =>
        TellSkipped(run, [.. samples.Skipped.Select(sample => $"{sample.Name}: {sample.Reason}")], samples.NotRead);
}
