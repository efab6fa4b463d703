using System.Globalization;

namespace Octet.Data;

/// <summary>
/// The right class of each sample, from a text file with a line for each: the sample's name and the class index, separated by spaces or a
/// comma. Names are paths within the data folder. Empty lines, lines that begin with <c>#</c>, and a heading before the first
/// comma-separated line do not count.
/// </summary>
public sealed class LabelFile
{
    readonly string _path;
    readonly IReadOnlyDictionary<string, int> _classes;

    LabelFile(string path, IReadOnlyDictionary<string, int> classes) => (_path, _classes) = (path, classes);

    /// <summary>Number of samples that have a label.</summary>
    public int Count => _classes.Count;

    /// <summary>Reads a file of labels.</summary>
    /// <exception cref="SampleException">The file cannot be read, or some of its lines; the message lists all of them.</exception>
    public static LabelFile Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string[] lines;
        try
        {
            lines = [.. TextFile.ReadLines(path)];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SampleException($"The labels '{path}' cannot be read: {problem.Message.TrimEnd('.')}.", problem);
        }

        var classes = new Dictionary<string, int>();
        var problems = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line is "" or ['#', ..]) continue;

            if (!TryParse(line, out var name, out var label))
            {
                var isHeading = classes.Count == 0 && problems.Count == 0 && line.Contains(',');
                if (!isHeading)
                    problems.Add($"line {i + 1}: '{(line.Length > 80 ? $"{line[..80]}…" : line)}' is not a name and a class index");
            }
            else if (!classes.TryAdd(name, label) && classes[name] != label)
            {
                problems.Add($"line {i + 1}: '{name}' has class {label}, but class {classes[name]} in an earlier line");
            }
        }

        if (problems.Count > 0) throw SampleException.Of($"The labels '{path}' have {problems.Count} problem(s):", problems);
        if (classes.Count == 0)
            throw new SampleException($"The labels '{path}' hold no label; write a line for each sample: its name and its class index.");
        return new(path, classes);
    }

    /// <summary>The class of each sample, in their order.</summary>
    /// <exception cref="SampleException">Some samples have no label; the message lists them.</exception>
    public IReadOnlyList<int> Of(ISampleSource samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var names = Enumerable.Range(0, samples.Count).Select(samples.NameOf).ToList();
        var unknown = names.Where(name => !_classes.ContainsKey(Normalized(name))).ToList();
        return unknown.Count == 0
            ? [.. names.Select(name => _classes[Normalized(name)])]
            : throw SampleException.Of($"{unknown.Count} of {names.Count} samples have no label in '{_path}', whose first name is "
                + $"'{_classes.Keys.First()}':", unknown);
    }

    static bool TryParse(string line, out string name, out int label)
    {
        var separator = line.LastIndexOfAny([',', ' ', '\t']);
        name = Normalized(line[..Math.Max(separator, 0)].TrimEnd(',', ' ', '\t'));
        return int.TryParse(line.AsSpan(separator + 1), NumberStyles.None, CultureInfo.InvariantCulture, out label) && name.Length > 0;
    }

    /// <summary>One spelling for a path: <c>./a\b.png</c> is <c>a/b.png</c>.</summary>
    static string Normalized(string name)
    {
        name = name.Replace('\\', '/');
        return name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
    }
}
