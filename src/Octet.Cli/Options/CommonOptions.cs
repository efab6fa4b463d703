using System.CommandLine;

namespace Octet.Cli;

/// <summary>Options that every command has.</summary>
static class CommonOptions
{
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Write the result as JSON to standard output, and everything else to standard error.",
        Recursive = true,
    };

    public static Option<bool> Quiet { get; } = new("--quiet", "-q")
    {
        Description = "Write nothing but the verdict, or the result where there is none, and errors.",
        Recursive = true,
    };
}
