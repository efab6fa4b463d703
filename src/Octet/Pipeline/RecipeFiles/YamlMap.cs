using System.Globalization;
using Octet.Planning;
using YamlDotNet.RepresentationModel;

namespace Octet.Pipeline.RecipeFiles;

/// <summary>A mapping in a recipe's file, read key by key; what is wrong is noted with its line, and reading goes on.</summary>
/// <param name="node">The mapping.</param>
/// <param name="problems">Receives what is wrong.</param>
sealed class YamlMap(YamlMappingNode node, List<RecipeProblem> problems)
{
    readonly List<string> _known = [];

    public long Line => node.Start.Line;

    public List<RecipeProblem> Problems => problems;

    public bool Has(string key) => Node(key) is not null;

    /// <summary>What stands behind a key; null if the key is absent.</summary>
    public YamlNode? Node(string key)
    {
        if (!_known.Contains(key)) _known.Add(key);
        return node.Children.FirstOrDefault(entry => entry.Key is YamlScalarNode scalar && scalar.Value == key).Value;
    }

    /// <summary>Rejects a key that is not allowed here, with its line.</summary>
    public void RefuseIfThere(string key, string text)
    {
        if (Has(key)) Refuse(node.Children.Keys.First(other => other is YamlScalarNode scalar && scalar.Value == key), text);
    }

    /// <summary>Text, or null if the key is absent.</summary>
    public string? Text(string key)
    {
        if (Node(key) is not { } value) return null;
        if (value is YamlScalarNode { Value: { Length: > 0 } text }) return text;
        Refuse(value, $"'{key}' must be a word");
        return null;
    }

    /// <summary>One of a few words; <paramref name="fallback"/> if the key is absent.</summary>
    public T Choice<T>(string key, T fallback, params IReadOnlyList<(string Word, T Value)> choices)
    {
        if (Text(key) is not { } text) return fallback;
        foreach (var choice in choices)
        {
            if (choice.Word == text) return choice.Value;
        }
        var words = choices.Select(choice => choice.Word).ToArray();
        Refuse(Node(key)!, $"'{key}' is '{text}'; allowed: {string.Join(", ", words)}{DidYouMean(text, words)}");
        return fallback;
    }

    public bool Flag(string key, bool fallback) => Choice(key, fallback, ("true", true), ("false", false));

    /// <summary>A number between bounds; null if the key is absent.</summary>
    public double? Number(string key, double min, double max)
    {
        if (Text(key) is not { } text) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        Refuse(Node(key)!, $"'{key}' is '{text}'; it must be a number from {Yaml.Text(min)} to {Yaml.Text(max)}");
        return null;
    }

    /// <summary>A whole number between bounds; null if the key is absent.</summary>
    public int? Count(string key, int min, int max)
    {
        if (Text(key) is not { } text) return null;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min
                && number <= max) return number;
        Refuse(Node(key)!, $"'{key}' is '{text}'; it must be a whole number from {min} to {max}");
        return null;
    }

    /// <summary>The mapping behind a key; null if the key is absent.</summary>
    public YamlMap? Map(string key)
    {
        switch (Node(key))
        {
            case null: return null;
            case YamlMappingNode map: return new(map, problems);
            case { } other:
                Refuse(other, $"'{key}' must hold keys of its own, on indented lines");
                return null;
        }
    }

    /// <summary>Rejects every key that was not read.</summary>
    public void RefuseOthers()
    {
        foreach (var key in node.Children.Keys)
        {
            var word = (key as YamlScalarNode)?.Value ?? "";
            if (!_known.Contains(word)) Refuse(key, $"'{word}' is no key here{DidYouMean(word, _known)}");
        }
    }

    public void Refuse(YamlNode where, string text) => problems.Add(new(where.Start.Line, text));

    static string DidYouMean(string word, IEnumerable<string> known) =>
        Spelling.FindClosest(word, known) is { } closest ? $"; did you mean '{closest}'?" : "";
}
