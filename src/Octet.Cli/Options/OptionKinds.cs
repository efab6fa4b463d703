using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Octet.Cli;

/// <summary>The kinds of values that options take, each read and refused in the same words everywhere.</summary>
static class OptionKinds
{
    /// <summary>Whether an option was given, for checks of what belongs together.</summary>
    public static bool Has(this CommandResult request, Option option) => request.GetResult(option) is { Implicit: false };

    /// <summary>Given or not.</summary>
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>Any text: a path, a name.</summary>
    public static Option<string> Text(string name, string help, string description) =>
        new(name) { HelpName = help, Description = description };

    /// <summary>One text or several behind each other.</summary>
    public static Option<string[]> Texts(string name, string help, string description) =>
        new(name) { HelpName = help, Description = description, AllowMultipleArgumentsPerToken = true };

    /// <summary>One of a few words.</summary>
    public static Option<T> Choice<T>(string name, string description, params (string Word, T Value)[] choices)
    {
        var words = choices.Select(choice => choice.Word).ToArray();
        var option = Create(name, string.Join('|', words), description, text => Array.IndexOf(words, text) is var index and >= 0
            ? choices[index].Value
            : throw new FormatException(
                $"'{text}' is not one of {string.Join(", ", words)}"
                + $"{(Spelling.FindClosest(text, words) is { } closest ? $"; did you mean '{closest}'?" : "")}"));
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>A value of a type that reads itself.</summary>
    public static Option<T> Parsed<T>(string name, string help, string description) where T : IParsable<T> =>
        Create(name, help, description, text => T.Parse(text, CultureInfo.InvariantCulture));

    /// <summary>Numbers or fractions between commas: <c>123.675,116.28,103.53</c>, <c>1/255</c>.</summary>
    public static Option<float[]> Numbers(string name, string help, string description) => Create(name, help, description, text =>
        Array.ConvertAll(text.Split(','), part => (float)(Quotient(part) ?? throw new FormatException($"'{part}' is no number"))));

    /// <summary>A number, or one number over another; null for all else.</summary>
    static double? Quotient(string text)
    {
        var parts = text.Split('/');
        var numbers = Array.ConvertAll(parts,
            part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN);
        var quotient = numbers switch { [var one] => one, [var above, var below] => above / below, _ => double.NaN };
        return float.IsFinite((float)quotient) ? quotient : null;
    }

    /// <summary>A whole number within bounds.</summary>
    public static Option<int> Count(string name, string description, int min = 1, int max = int.MaxValue) =>
        Create(name, "n", description, text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new FormatException($"'{text}' is no whole "
                + $"number {(max == int.MaxValue ? $"of at least {min}" : $"between {min} and {max}")}"));

    /// <summary>Bytes, with or without a unit: <c>1.5GB</c>, <c>800MB</c>, <c>1000000</c>.</summary>
    public static Option<long> Size(string name, string description) => Create(name, "size", description, text =>
    {
        var (digits, unit) = text switch
        {
            [.., 'G' or 'g', 'B' or 'b'] => (text[..^2], 1e9),
            [.., 'M' or 'm', 'B' or 'b'] => (text[..^2], 1e6),
            _ => (text, 1),
        };
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * unit is >= 1 and <= 1e15
            ? (long)(number * unit)
            : throw new FormatException($"'{text}' is no size; write 800MB or 1.5GB");
    });

    /// <summary>A value that is read in a way of its own; <paramref name="parse"/> refuses text by a
    /// <see cref="FormatException"/>.</summary>
    public static Option<T> Create<T>(string name, string help, string description, Func<string, T> parse) => new(name)
    {
        HelpName = help,
        Description = description,
        CustomParser = result => Parse(result, name, parse),
    };

    static T? Parse<T>(ArgumentResult result, string name, Func<string, T> parse)
    {
        try
        {
            return parse(result.Tokens[0].Value);
        }
        catch (FormatException problem)
        {
            result.AddError($"{name}: {problem.Message}{(problem.Message.EndsWith('?') ? "" : ".")}");
            return default;
        }
    }
}
