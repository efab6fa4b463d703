namespace Octet.Data;

/// <summary>
/// Reads a text file that names samples, one a line: a file for each input of the model, in the model's order and separated by commas,
/// or one .npz. Paths are relative to the list. Empty lines and lines that begin with <c>#</c> do not count.
/// </summary>
static class SampleList
{
    /// <exception cref="SampleException">The list cannot be read, is empty, or names files that are not there; the message lists all lines
    /// that are wrong.</exception>
    public static IReadOnlyList<FileSample> Read(string list, IReadOnlyList<ModelInput> inputs)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(list))!;
        var samples = new List<FileSample>();
        var problems = new List<string>();

        foreach (var (number, line) in LinesOf(list))
        {
            string[] names = line.Split(',', StringSplitOptions.TrimEntries);
            var sample = new FileSample(names[0], [.. names.Select(name => Path.Combine(folder, name))]);
            var found = ProblemsOf(sample, names, inputs).Select(problem => $"line {number}: {problem}").ToList();
            problems.AddRange(found);
            if (found.Count == 0) samples.Add(sample);
        }

        if (problems.Count > 0) throw SampleException.Of($"The list '{list}' has {problems.Count} problem(s):", problems);
        return samples.Count > 0
            ? samples : throw new SampleException($"The list '{list}' names no samples: it has no line that is neither empty nor a "
                + "comment.");
    }

    /// <summary>The files that a list names, as far as it can be read.</summary>
    public static IEnumerable<string> FilesIn(string list)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(list))!;
        return LinesOf(list).SelectMany(line => line.Line.Split(',', StringSplitOptions.TrimEntries))
            .Where(name => !name.Contains('\0', StringComparison.Ordinal)).Select(name => Path.Combine(folder, name));
    }

    static IEnumerable<string> ProblemsOf(FileSample sample, string[] names, IReadOnlyList<ModelInput> inputs)
    {
        if (sample.Paths.Count != inputs.Count && !sample.IsArchive)
        {
            yield return $"{sample.Paths.Count} file(s) for {inputs.Count} input(s); the model takes {string.Join(", ", inputs)}";
            yield break;
        }
        foreach (var (path, name) in sample.Paths.Zip(names))
        {
            var kind = SampleFileKinds.Of(path);
            if (Directory.Exists(path))
                yield return $"'{name}' is a folder; a line names files. A folder of samples is given in place of a list";
            else if (!File.Exists(path)) yield return $"'{name}' does not exist";
            else if (FileType.IsSpecial(path)) yield return $"'{name}' {FileType.Special}";
            else if (kind == SampleFileKind.Other) yield return $"'{name}' is no sample; samples end in {SampleFileKinds.Known}";
            else if (kind == SampleFileKind.Archive && !sample.IsArchive)
                yield return $"'{name}' holds all inputs of a sample; it must stand alone in its line";
        }
    }

    static List<(int Number, string Line)> LinesOf(string list)
    {
        try
        {
            var lines = TextFile.ReadLines(list).Select((line, index) => (index + 1, line.Trim()))
                .Where(line => line.Item2 is not ("" or ['#', ..])).ToList();
            return lines.Any(line => line.Item2.Contains('\0'))
                ? throw new SampleException($"'{list}' is no list of samples: it is not text. Samples are folders, lists, or files that "
                    + $"end in {SampleFileKinds.Known}.")
                : lines;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SampleException($"The list '{list}' cannot be read: {problem.Message}", problem);
        }
    }
}
