using System.Text;
using System.Text.RegularExpressions;

namespace Octet.Fuzz.Mutation;

/// <summary>Changes of text: lines and words are dropped, swapped, doubled, and replaced by what other places of the text hold.</summary>
static partial class TextMutator
{
    public static byte[] Mutate(string original, Random random)
    {
        if (random.Next(5) == 0) return ByteMutator.Mutate(Encoding.UTF8.GetBytes(original), random);
        var text = original;
        for (var changes = random.Next(1, 4); changes > 0; changes--)
            text = random.Next(3) == 0 ? ChangeLines(text, random) : ChangeWords(text, random);
        return Encoding.UTF8.GetBytes(text);
    }

    static string ChangeLines(string text, Random random)
    {
        var lines = text.Split('\n').ToList();
        var (one, other) = (random.Next(lines.Count), random.Next(lines.Count));
        switch (random.Next(5))
        {
            case 0: lines.RemoveAt(one); break;
            case 1: lines.Insert(one, lines[other]); break;
            case 2: (lines[one], lines[other]) = (lines[other], lines[one]); break;
            case 3: lines[one] = new string(' ', random.Next(1, 5)) + lines[one]; break;
            default: lines[one] = lines[one].TrimStart(); break;
        }
        return string.Join('\n', lines);
    }

    static string ChangeWords(string text, Random random)
    {
        var words = Word().Split(text);
        var (one, other) = (random.Next(words.Length), random.Next(words.Length));
        words[one] = random.Next(6) switch
        {
            0 => "",
            1 => words[other],
            2 => random.Pick(Palette.Numbers).ToString(System.Globalization.CultureInfo.InvariantCulture),
            3 => random.Pick(Palette.Words),
            4 => string.Concat(
                Enumerable.Repeat(random.Pick(["[", "{", "- ", "&a ", "*a", "? ", "<<: ", "\"", "|\n", ": "]),
                    random.Next(1, random.Next(8) == 0 ? 200 : 4))),
            _ => words[one] + words[other],
        };
        return string.Concat(words);
    }

    /// <summary>Words and the marks between them alike.</summary>
    [GeneratedRegex(@"(\w+|[^\w\s])")]
    private static partial Regex Word();
}
