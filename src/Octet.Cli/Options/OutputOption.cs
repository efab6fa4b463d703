using System.CommandLine;

namespace Octet.Cli;

/// <summary>The file that a command writes.</summary>
static class OutputOption
{
    public static Option<string> Create(string description) => new("--output", "-o")
    {
        HelpName = "file",
        Required = true,
        Description = $"{description} It appears whole or not at all.",
    };
}
