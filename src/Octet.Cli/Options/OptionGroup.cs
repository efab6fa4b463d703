using System.CommandLine;

namespace Octet.Cli;

/// <summary>Options that belong together and that several commands share.</summary>
/// <param name="title">The heading in the help.</param>
abstract class OptionGroup(string title)
{
    public string Title => title;

    public abstract IReadOnlyList<Option> Options { get; }
}
