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
}
