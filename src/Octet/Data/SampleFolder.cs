using System.IO.Enumeration;

namespace Octet.Data;

/// <summary>Finds the samples, or other files, in a folder and the folders in it.</summary>
/// <remarks>Hidden files are passed over. Links to files count; links to folders are not followed, for they may lead in a circle.</remarks>
static class SampleFolder
{
    const int MaxKinds = 5;

    /// <summary>The files, sorted by their path within the folder, which is their name; all of one kind.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="alsoRead">Files, or folders of them, that are read for another purpose, as labels are.</param>
    /// <param name="notRead">Says how many files of other kinds there are, and of which; null where there are none.</param>
    /// <exception cref="SampleException">There are none, or of several kinds, or the folder cannot be read.</exception>
    public static IReadOnlyList<FileSample> Find(string folder, IReadOnlyList<string> alsoRead, out string? notRead)
    {
        var files = AllFiles(folder);
        var special = files.RemoveAll(FileType.IsSpecial);
        var others = files.Where(file => SampleFileKinds.Of(file) == SampleFileKind.Other).ToList();
        if (others.Count > 0) others.RemoveAll(file => alsoRead.Any(source => SampleFiles.Include(source, AtomicFile.Final(file))));
        notRead = others.Count switch
        {
            0 => null,
            1 => $"1 file in '{folder}' is of a kind that is not read as a sample: {Describe(others)}",
            _ => $"{others.Count} files in '{folder}' are of kinds that are not read as samples: {Describe(others)}",
        };
        // Opening them would wait for a writer.
        if (special > 0)
            notRead = $"{(notRead is null ? "" : notRead + "; ")}{special} in '{folder}' "
                + $"{(special == 1 ? "is a pipe or a device, which is" : "are pipes or devices, which are")} not read";
        var kinds = files.GroupBy(SampleFileKinds.Of).Where(group => group.Key != SampleFileKind.Other).ToList();
        if (kinds.Count == 0)
        {
            var found = files.Count > 0 ? $"it holds {Describe(files)}" : special > 0
                ? "it holds pipes or devices alone, which are not read" : "it is empty";
            throw new SampleException($"No samples in '{folder}': {found}. Samples are files that end in {SampleFileKinds.Known}.");
        }
        if (kinds.Count > 1)
        {
            throw new SampleException($"The samples in '{folder}' are of several kinds: {Describe(kinds.SelectMany(kind => kind))}. Keep "
                + "each kind in a folder of its own, or name the samples in a list file.");
        }
        return [.. kinds[0].Select(path => new FileSample(NameOf(folder, path), [path]))
            .OrderBy(sample => sample.Name, StringComparer.Ordinal)];
    }

    /// <summary>Files of all kinds, in no order; pipes and devices too.</summary>
    /// <exception cref="SampleException">The folder cannot be read.</exception>
    public static List<string> AllFiles(string folder)
    {
        try
        {
            var files = new FileSystemEnumerable<string>(folder, (ref entry) => entry.ToSpecifiedFullPath(),
                new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false })
            {
                ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
                ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            };
            return [.. files];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SampleException($"The folder '{folder}' cannot be read: {problem.Message}", problem);
        }
    }

    /// <summary>The path within the folder, with <c>/</c> on every system, so that names and their order are the same everywhere.</summary>
    static string NameOf(string folder, string path) => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary><c>3 .bmp, 1 .txt</c>.</summary>
    static string Describe(IEnumerable<string> files)
    {
        var extensions = files.CountBy(file => Path.GetExtension(file) is { Length: > 0 } extension ? extension : "without extension");
        var kinds = extensions.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Value} {pair.Key}").ToList();
        return string.Join(", ", kinds.Take(MaxKinds)) + (kinds.Count > MaxKinds ? ", …" : "");
    }
}
