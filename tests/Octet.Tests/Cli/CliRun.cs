using Octet.Cli;

namespace Octet.Tests.Cli;

/// <summary>A command line that was run in this process, and all that it wrote.</summary>
sealed record CliRun(int ExitCode, string Output, string Error)
{
    public static CliRun Of(params IReadOnlyList<string> arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = CommandLine.RunAsync(arguments, new(output, error)).GetAwaiter().GetResult();
        return new(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>The same with the folder of the repository left out, so that it reads the same on every machine.</summary>
    public CliRun WithoutFolders() => this with { Output = Shorten(Output), Error = Shorten(Error) };

    static string Shorten(string text) => text.Replace(SharedFolder.Repository + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
}
