using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Octet.Cluster;
using Spectre.Console;

namespace Octet.Cli;

/// <summary>One run of a command: what was asked, and the ways to answer, which <c>--json</c> and <c>--quiet</c> change.</summary>
sealed class CommandRun(ParseResult request, Terminal terminal, IRankGroup ranks, CancellationToken cancel)
{
    public Terminal Terminal => terminal;

    /// <summary>The processes that share the work.</summary>
    public IRankGroup Ranks => ranks;

    /// <summary>Whether this process writes files: one of several does.</summary>
    public bool Writes => ranks.Rank == 0;

    /// <summary>Is set by Ctrl-C.</summary>
    public CancellationToken Cancel => cancel;

    /// <summary>The words of the command line, behind the name of the program.</summary>
    public IReadOnlyList<string> Words => [.. request.Tokens.Select(token => token.Value)];

    bool IsForMachines => request.GetValue(CommonOptions.Json);

    /// <summary>Whether no more than the verdict is wanted.</summary>
    public bool IsQuiet => !Writes || request.GetValue(CommonOptions.Quiet);

    public T Get<T>(Argument<T> argument) => request.GetRequiredValue(argument);

    /// <summary>The value of an argument that may be left out.</summary>
    public T? GetIfGiven<T>(Argument<T> argument) => request.GetValue(argument);

    public T? Get<T>(Option<T> option) => request.GetValue(option);

    /// <summary>Whether the option was given.</summary>
    public bool Has(Option option) => request.GetResult(option) is { Implicit: false };

    /// <summary>The value of an option that is required or has a default.</summary>
    public T Require<T>(Option<T> option) => request.GetRequiredValue(option);

    /// <summary>Does something long while its progress is shown: bars for a person who watches, lines otherwise, nothing when
    /// quiet.</summary>
    public T Track<T>(Func<IProgress<StepProgress>, T> work)
    {
        if (IsQuiet) return work(new NoProgress());
        return terminal.ShowsBars ? ProgressBars.Show(terminal.ErrorConsole(), work) : work(new ProgressLines(terminal.Error));
    }

    /// <summary>Says something that one should know and that is not the result; in quiet too.</summary>
    public void Warn(string text)
    {
        if (Writes) terminal.Error.WriteLine(ReadableText.Of(text));
    }

    /// <summary>Gives the result: as JSON for machines, its verdict alone when quiet, or all of <paramref name="facts"/>.</summary>
    public void Answer<T>(T result, JsonTypeInfo<T> type, FactSheet facts) => Answer(result, type, console =>
    {
        if (IsQuiet) facts.ShowVerdicts(console);
        else facts.Show(console);
    });

    /// <summary>Gives the result: as JSON for machines, or as <paramref name="show"/> writes it for people.</summary>
    public void Answer<T>(T result, JsonTypeInfo<T> type, Action<IAnsiConsole> show)
    {
        if (!Writes) return;
        if (IsForMachines) terminal.Output.WriteLine(JsonSerializer.Serialize(result, type));
        else show(terminal.OutputConsole());
    }

    sealed class NoProgress : IProgress<StepProgress>
    {
        public void Report(StepProgress value) { }
    }
}
