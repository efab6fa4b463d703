using System.Globalization;
using System.Text;

namespace Octet.Foundation;

/// <summary>Makes text fit to be shown: names in it come from files, which may be anyone's.</summary>
public static class ReadableText
{
    /// <summary>Longer lines lose their middle.</summary>
    public const int MaxLineLength = 2000;

    /// <summary>Further lines are counted.</summary>
    public const int MaxLines = 200;

    /// <summary>
    /// Control characters, and those that change the direction of text, become <c>\u001B</c> and the like; lines have at most
    /// <see cref="MaxLineLength"/>
    /// characters, and there are at most <see cref="MaxLines"/>. Other text comes back as it is; ends of lines and tabs stay.
    /// </summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= MaxLines && !text.Any(character => character == '\r' || IsHarmful(character))) return text;

        var lines = text.ReplaceLineEndings("\n").Split('\n', MaxLines + 1);
        var shown = lines.Take(MaxLines).Select(line => Escaped(Shortened(line))).ToList();
        if (lines.Length > MaxLines) shown.Add($"… and {lines[^1].Count(character => character == '\n') + 1} more lines");
        return string.Join(Environment.NewLine, shown);
    }

    static string Shortened(string line) =>
        line.Length <= MaxLineLength
        ? line : string.Concat(line.AsSpan(0, MaxLineLength / 2 - 1), " … ", line.AsSpan(line.Length - MaxLineLength / 2 + 2));

    static string Escaped(string line)
    {
        if (!line.Any(IsHarmful)) return line;
        var text = new StringBuilder();
        foreach (var character in line)
        {
            if (IsHarmful(character)) text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            else text.Append(character);
        }
        return text.ToString();
    }

    /// <summary>What a terminal would obey rather than show.</summary>
    static bool IsHarmful(char character) => character is not ('\n' or '\r' or '\t') && char.GetUnicodeCategory(character) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
