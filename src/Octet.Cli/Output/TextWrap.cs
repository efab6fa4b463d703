namespace Octet.Cli;

/// <summary>Fits sentences to the width of a terminal.</summary>
static class TextWrap
{
    /// <summary>Breaks text between words into lines of at most <paramref name="width"/> columns; a longer word has a line of its
    /// own.</summary>
    public static List<string> Lines(string text, int width)
    {
        var lines = new List<string>();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && lines[^1].Length + 1 + word.Length <= width) lines[^1] += ' ' + word;
            else lines.Add(word);
        }
        return lines;
    }
}
