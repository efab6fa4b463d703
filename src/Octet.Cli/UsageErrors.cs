using System.CommandLine;
using System.CommandLine.Parsing;

namespace Octet.Cli;

/// <summary>Tells what was wrong with a command line, and what was probably meant.</summary>
static class UsageErrors
{
    public static void Print(ParseResult request, TextWriter error)
    {
        var command = request.CommandResult.Command;
        var unknown = UnknownWords(request).ToArray();

        // A word that is no option is taken for an argument and spoils what follows, so it is the one thing worth saying.
        if (unknown.Length > 0)
        {
            foreach (var word in unknown) error.WriteLine(Describe(word, request));
        }
        else
        {
            foreach (var message in request.Errors.Select(problem => problem.Message).Concat(Missing(request)).Distinct())
                error.WriteLine(message);
        }
        error.WriteLine(HintFor(command));
    }

    /// <summary>The options that have to be given and were not; the parser does not come to them where something else is wrong.</summary>
    static IEnumerable<string> Missing(ParseResult request) =>
        request.CommandResult.Command.Options.Where(option => option.Required && request.GetResult(option) is null)
        .Select(option => $"Option '{option.Name}' is required.");

    /// <summary>The last line of every complaint about a command line.</summary>
    public static string HintFor(Command command) => $"'{FullName(command)} --help' shows what it takes.";

    public static string FullName(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{FullName(parent)} {command.Name}" : command.Name;

    static IEnumerable<string> UnknownWords(ParseResult request)
    {
        var misread =
            request.Tokens.Where(token => token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal))
            .Select(token => token.Value);
        return misread.Concat(request.CommandResult.Command.Subcommands.Count > 0 ? request.UnmatchedTokens.Take(1) : []).Distinct();
    }

    static string Describe(string word, ParseResult request)
    {
        var command = request.CommandResult.Command;
        var isOption = word.StartsWith('-');
        IEnumerable<string> known = isOption
            ? VisibleOptions(command).SelectMany(option => option.Aliases.Prepend(option.Name))
            : command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name);
        var wish = Spelling.FindClosest(word.Split('=')[0], known) is { } closest ? $"; did you mean '{closest}'?" : ".";
        return $"'{FullName(command)}' has no {(isOption ? "option" : "command")} '{word}'{wish}";
    }

    /// <summary>The command's own options and those of the commands above it that hold for it too.</summary>
    public static IEnumerable<Option> VisibleOptions(Command command)
    {
        var inherited = command.Parents.OfType<Command>().SelectMany(VisibleOptions).Where(option => option.Recursive);
        return command.Options.Concat(inherited).Where(option => !option.Hidden);
    }
}
