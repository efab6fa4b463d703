using System.Text.Json;

namespace Octet.Data;

/// <summary>Tells what is wrong with JSON in one line, however much of the file the reader's own message quotes.</summary>
static class JsonProblem
{
    const int MaxQuoted = 40;

    /// <summary><c>line 9: 'nan2.5' is an invalid JSON literal</c>, without the full stop.</summary>
    public static string Describe(JsonException problem)
    {
        var reason = problem.Message.Split(" Path:")[0].Split(" LineNumber:")[0].Split(". Expected")[0].TrimEnd('.');
        // What cannot be read is quoted up to the end of the file.
        if (reason is ['\'', ..] && reason.LastIndexOf("' is ", StringComparison.Ordinal) is > 0 and var end)
            reason = $"'{FirstWord(reason[1..end])}{reason[end..]}";
        return problem.LineNumber is { } line ? $"line {line + 1}: {reason}" : reason;
    }

    static string FirstWord(string text)
    {
        var word = new string([.. text.TakeWhile(letter => !char.IsWhiteSpace(letter) && letter is not ',').Take(MaxQuoted)]);
        return word.Length < MaxQuoted ? word : $"{word}…";
    }
}
