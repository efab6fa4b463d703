using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Octet.Pipeline.RecipeFiles;

/// <summary>The part of YAML that recipes use: one document, mappings, lists and words, without references from one place to
/// another.</summary>
static class Yaml
{
    /// <summary>A recipe has some hundred lines at most.</summary>
    public const int MaxCharacters = 1 << 18;

    const int DeepestNesting = 20;

    public static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The word that means a value; it has to be among them.</summary>
    public static string Word<T>((string Word, T Value)[] words, T value) => words.First(entry => Equals(entry.Value, value)).Word;

    /// <summary>The mapping that a document is.</summary>
    /// <exception cref="YamlException">The text is no YAML, or more than recipes need.</exception>
    public static YamlMappingNode Parse(string text)
    {
        var place = Mark.Empty;
        try
        {
            return Root(text, ref place);
        }
        catch (Exception problem) when (problem is InvalidOperationException or ArgumentException or IndexOutOfRangeException
            or NullReferenceException or FormatException or OverflowException)
        {
            // YamlDotNet 18 ends so at some texts that are no YAML; the place is that of the last thing it understood.
            throw new YamlException(place, place, "from here on it is no YAML", problem);
        }
    }

    /// <param name="text">YAML.</param>
    /// <param name="place">Moves along with what has been understood.</param>
    static YamlMappingNode Root(string text, ref Mark place)
    {
        // Events come one by one, whatever the nesting; only what is known to be shallow is made a tree of.
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext();)
        {
            var next = parser.Current!;
            place = next.End;
            depth += next.NestingIncrease;
            if (depth > DeepestNesting) throw new YamlException(next.Start, next.End, "it is nested too deeply");
            if (next is AnchorAlias) throw new YamlException(next.Start, next.End, "references (*) are not used in recipes; write it out");
        }

        var documents = new YamlStream();
        documents.Load(new StringReader(text));
        return documents.Documents switch
        {
            [{ RootNode: YamlMappingNode root }] => root,
            [{ RootNode: var root }] => throw new YamlException(root.Start, root.End, "a recipe begins with keys, such as 'name: mine'"),
            [] => throw new YamlException(Mark.Empty, Mark.Empty, "it is empty; a recipe begins with keys, such as 'name: mine'"),
            [_, var second, ..] => throw new YamlException(second.RootNode.Start, second.RootNode.End, "a file holds one recipe"),
        };
    }
}
