using System.Globalization;

namespace Octet.Calibration.Formats;

/// <summary>Reads the lines of a text format: splits them, checks numbers and names, and collects what is wrong so that all is told at
/// once.</summary>
/// <param name="text">The whole file.</param>
sealed class TableLines(string text)
{
    /// <summary>So many problems show that the file is something else altogether.</summary>
    const int MaxProblems = 1000;

    readonly List<string> _problems = [];
    readonly Dictionary<(string Section, string Name), int> _lineOf = [];
    int _number;

    /// <summary>The lines, without blanks around them; those that are empty are left out.</summary>
    public IEnumerable<string> All()
    {
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line && _problems.Count < MaxProblems)
        {
            _number++;
            if (line.Trim() is { Length: > 0 } content) yield return content;
        }
    }

    /// <summary>Notes what is wrong with the present line.</summary>
    public void Complain(string problem) => _problems.Add($"line {_number}: {problem}");

    /// <summary>A finite number; null, with a complaint, for anything else.</summary>
    public float? Number(string word)
    {
        if (float.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number)) return number;
        Complain($"'{Shortened(word)}' is no number");
        return null;
    }

    /// <summary>A number that is not negative.</summary>
    public float? Magnitude(string word)
    {
        if (Number(word) is not { } number) return null;
        if (number >= 0) return number;
        Complain($"{Shortened(word)} is less than 0");
        return null;
    }

    /// <summary>Whether a name comes up for the first time in its section of the file; complains if it does not.</summary>
    public bool IsNew(string name, string section = "")
    {
        if (_lineOf.TryAdd((section, name), _number)) return true;
        Complain($"'{Shortened(name)}' stands in line {_lineOf[(section, name)]} already");
        return false;
    }

    /// <exception cref="TableFormatException">Something was wrong.</exception>
    public void ThrowIfWrong()
    {
        if (_problems.Count > 0) throw TableFormatException.Of(_problems);
    }

    public static string Shortened(string word) => word.Length <= 60 ? word : $"{word[..60]}…";

    /// <summary>Names that would break a text format in which blanks separate words.</summary>
    /// <exception cref="TableFormatException">There are some; the message lists them.</exception>
    public static void ThrowIfNamesHaveBlanks(IEnumerable<string> names) =>
        ThrowIfNames(names, char.IsWhiteSpace, "contain blanks, which this format has no way to write");

    /// <exception cref="TableFormatException">Some names contain such letters; the message lists them.</exception>
    public static void ThrowIfNames(IEnumerable<string> names, Func<char, bool> contain, string problem)
    {
        var bad = names.Where(name => name.Length == 0 || name.Any(contain)).Select(name => $"'{Shortened(name)}'").Distinct().ToArray();
        if (bad.Length > 0)
            throw new TableFormatException($"{bad.Length} name(s) are empty or {problem}: {string.Join(", ", bad.Take(10))}");
    }
}
