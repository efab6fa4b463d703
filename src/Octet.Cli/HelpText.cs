using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Octet.Cli;

/// <summary>The help of a command: what it is for, what it takes, grouped, and examples that can be typed as they are.</summary>
static class HelpText
{
    /// <summary>Longer lines are hard to read, however wide the terminal is.</summary>
    const int MaxWidth = 110;

    /// <summary>Columns of names beside their descriptions; longer names stand on a line of their own.</summary>
    const int NameWidth = 28;

    public static HelpOption NewOption(Terminal terminal) => new("--help", "-h")
    {
        Description = "Show what a command is for and what it takes.",
        Recursive = true,
        Action = new PrintAction(terminal.Width),
    };

    /// <param name="command">What is explained.</param>
    /// <param name="output">Where to.</param>
    /// <param name="columns">Of the terminal.</param>
    public static int Print(Command command, TextWriter output, int columns) =>
        new Sheet(output, Math.Min(MaxWidth, columns)).Print(command);

    /// <summary>What is written, in lines of a width.</summary>
    sealed class Sheet(TextWriter output, int width)
    {
        public int Print(Command command)
        {
            var octet = command as OctetCommand;
            Paragraph(command.Description ?? "");
            if (octet is { Explanation.Length: > 0 })
            {
                output.WriteLine();
                Paragraph(octet.Explanation);
            }

            output.WriteLine();
            output.WriteLine("Usage:");
            output.WriteLine($"  {Usage(command)}");

            Section("Arguments:", command.Arguments.Select(argument => ($"<{argument.Name}>", argument.Description)));
            Section("Commands:", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => (sub.Name, sub.Description)));

            var groups = octet?.Groups ?? [];
            var options = UsageErrors.VisibleOptions(command).ToArray();
            Section("Options:", options.Except(groups.SelectMany(group => group.Options)).Select(Row));
            foreach (var group in groups) Section($"{group.Title}:", group.Options.Where(option => !option.Hidden).Select(Row));

            if (octet is { Examples.Count: > 0 })
            {
                output.WriteLine();
                output.WriteLine("Examples:");
                foreach (var example in octet.Examples)
                {
                    output.WriteLine($"  # {example.Purpose}");
                    foreach (var line in ShellLines(example.Line)) output.WriteLine($"  {line}");
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
                command.Arguments.Select(
                    argument => argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : $"<{argument.Name}>"));
            parts.AddRange(UsageErrors.VisibleOptions(command).Where(option => option.Required).Select(Label));
            return string.Join(" ", parts.Append("[options]"));
        }

        static (string, string?) Row(Option option)
        {
            var names = string.Join(", ",
                option.Aliases.Order(StringComparer.Ordinal).Where(alias => alias.Length == 2).Append(Label(option)));
            return (names, option.Required ? $"{option.Description} Required." : option.Description);
        }

        static string Label(Option option) => option.HelpName is { } value ? $"{option.Name} <{value}>" : option.Name;

        void Section(string title, IEnumerable<(string Name, string? Description)> rows)
        {
            var all = rows.ToArray();
            if (all.Length == 0) return;

            output.WriteLine();
            output.WriteLine(title);
            foreach (var (name, description) in all)
            {
                var lines = TextWrap.Lines(description ?? "", width - NameWidth - 2);
                var isLong = name.Length > NameWidth - 2;
                output.WriteLine($"  {(isLong ? name : name.PadRight(NameWidth) + lines.FirstOrDefault())}".TrimEnd());
                foreach (var line in isLong ? lines : lines.Skip(1)) output.WriteLine(new string(' ', NameWidth + 2) + line);
            }
        }

        void Paragraph(string text)
        {
            foreach (var line in TextWrap.Lines(text, width)) output.WriteLine(line);
        }

        /// <summary>A command line that can be pasted: where it is too long, a backslash ends its lines.</summary>
        IEnumerable<string> ShellLines(string command)
        {
            const string Indent = "    ";
            if (command.Length + 2 <= width) return [command];
            var lines = TextWrap.Lines(command, width - 2 - Indent.Length - 2);
            return lines.Select((line, index) => (index == 0 ? "" : Indent) + line + (index < lines.Count - 1 ? " \\" : ""));
        }
    }

    sealed class PrintAction(int columns) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult) =>
            Print(parseResult.CommandResult.Command, parseResult.InvocationConfiguration.Output, columns);
    }
}
