using Octet.Cluster;
using Spectre.Console;

namespace Octet.Cli;

/// <summary>The world a command talks to. Results go to <see cref="Output"/>; all else (progress, notes, errors) to <see cref="Error"/>, so
/// that results can be piped.</summary>
/// <remarks>Handed in, so that tests see what a person or a machine would.</remarks>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Width">Columns of text; where output goes to a file, wide enough that no table wraps.</param>
/// <param name="ShowsBars">Whether a person sees progress as it changes.</param>
/// <param name="HasColors">Whether results may carry colours.</param>
/// <param name="Ranks">The processes that a command may share its work with; null for those that this one was started with.</param>
sealed record Terminal(TextWriter Output, TextWriter Error, int Width = 120, bool ShowsBars = false, bool HasColors = false,
    IRankGroup? Ranks = null)
{
    public static Terminal OfThisProcess() => new(
        Console.Out, Console.Error,
        Console.IsOutputRedirected ? 160 : Math.Max(60, Console.WindowWidth),
        ShowsBars: !Console.IsErrorRedirected,
        HasColors: !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    /// <summary>For tables of results.</summary>
    public IAnsiConsole OutputConsole() => Create(Output, HasColors);

    /// <summary>For progress bars.</summary>
    public IAnsiConsole ErrorConsole() => Create(Error, ShowsBars);

    IAnsiConsole Create(TextWriter writer, bool isLive)
    {
        var console = AnsiConsole.Create(new()
        {
            Ansi = isLive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isLive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isLive ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = Width;
        return console;
    }
}
