using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Octet.Cli;

/// <summary>The help of a command: what it is for, what it takes, grouped, and examples that can be typed as they are.</summary>
static class HelpText
{
    const int Width = 110;

    /// <summary>Columns of names beside their descriptions; longer names stand on a line of their own.</summary>
    const int NameWidth = 28;

    public static HelpOption NewOption() => new("--help", "-h")
    {
        Description = "Show what a command is for and what it takes.",
        Recursive = true,
        Action = new PrintAction(),
    };

    public static int Print(Command command, TextWriter output)
    {
        var octet = command as OctetCommand;
        Paragraph(output, command.Description ?? "");
        if (octet is { Explanation.Length: > 0 })
        {
            output.WriteLine();
            Paragraph(output, octet.Explanation);
        }

        output.WriteLine();
        output.WriteLine("Usage:");
        output.WriteLine($"  {Usage(command)}");

        Section(output, "Arguments:", command.Arguments.Select(argument => ($"<{argument.Name}>", argument.Description)));
        Section(output, "Commands:", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => (sub.Name, sub.Description)));

        var groups = octet?.Groups ?? [];
        var options = UsageErrors.VisibleOptions(command).ToArray();
        Section(output, "Options:", options.Except(groups.SelectMany(group => group.Options)).Select(Row));
        foreach (var group in groups) Section(output, $"{group.Title}:", group.Options.Where(option => !option.Hidden).Select(Row));

        if (octet is { Examples.Count: > 0 })
        {
            output.WriteLine();
            output.WriteLine("Examples:");
            foreach (var example in octet.Examples)
            {
                output.WriteLine($"  # {example.Purpose}");
                output.WriteLine($"  {example.Line}");
            }
        }
        if (command.Subcommands.Any(sub => !sub.Hidden))
        {
            output.WriteLine();
            output.WriteLine($"'{UsageErrors.FullName(command)} COMMAND --help' says more about a command.");
        }
        return ExitCode.Success;
    }

    static string Usage(Command command)
    {
        var parts = new List<string> { UsageErrors.FullName(command) };
        if (command.Subcommands.Any(sub => !sub.Hidden)) parts.Add("COMMAND");
        parts.AddRange(
            command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : $"<{argument.Name}>"));
        parts.AddRange(UsageErrors.VisibleOptions(command).Where(option => option.Required).Select(Label));
        return string.Join(" ", parts.Append("[options]"));
    }

    static (string, string?) Row(Option option)
    {
        var names = string.Join(", ", option.Aliases.Order(StringComparer.Ordinal).Where(alias => alias.Length == 2).Append(Label(option)));
        return (names, option.Required ? $"{option.Description} Required." : option.Description);
    }

    static string Label(Option option) => option.HelpName is { } value ? $"{option.Name} <{value}>" : option.Name;

    static void Section(TextWriter output, string title, IEnumerable<(string Name, string? Description)> rows)
    {
        var all = rows.ToArray();
        if (all.Length == 0) return;

        output.WriteLine();
        output.WriteLine(title);
        foreach (var (name, description) in all)
        {
            var lines = TextWrap.Lines(description ?? "", Width - NameWidth - 2);
            var isLong = name.Length > NameWidth - 2;
            output.WriteLine($"  {(isLong ? name : name.PadRight(NameWidth) + lines.FirstOrDefault())}".TrimEnd());
            foreach (var line in isLong ? lines : lines.Skip(1)) output.WriteLine(new string(' ', NameWidth + 2) + line);
        }
    }

    static void Paragraph(TextWriter output, string text)
    {
        foreach (var line in TextWrap.Lines(text, Width)) output.WriteLine(line);
    }

    sealed class PrintAction : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult) =>
            Print(parseResult.CommandResult.Command, parseResult.InvocationConfiguration.Output);
    }
}
