using Octet.Data;

namespace Octet.Evaluation;

/// <summary>Finds the file that labels a sample: <c>a/b.jpg</c> is labelled by <c>a/b</c> or <c>b</c> with the ending of labels, as data
/// sets lay them out.</summary>
static class LabelFolder
{
    /// <param name="folder">Where the labels lie, also in folders within it.</param>
    /// <param name="ending">Of their names: <c>.png</c>.</param>
    /// <param name="samples">What is labelled.</param>
    /// <returns>A path for each sample; null where there is none.</returns>
    /// <exception cref="SampleException">There is no such folder, or none of its files labels a sample.</exception>
    public static IReadOnlyList<string?> Find(string folder, string ending, ISampleSource samples)
    {
        if (!Directory.Exists(folder))
            throw new SampleException($"There is no folder '{folder}' with labels; it holds a {ending} for each sample, of the same name.");

        var byPath = new Dictionary<string, string>();
        var byName = new Dictionary<string, string>();
        foreach (var file in SampleFolder.AllFiles(folder)
            .Where(file => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase) && !FileType.IsSpecial(file))
            .Order(StringComparer.Ordinal))
        {
            byPath[Stem(Path.GetRelativePath(folder, file))] = file;
            byName.TryAdd(Path.GetFileNameWithoutExtension(file), file);
        }

        var found = Enumerable.Range(0, samples.Count).Select(index => Stem(samples.NameOf(index)))
            .Select(stem => byPath.GetValueOrDefault(stem) ?? byName.GetValueOrDefault(Path.GetFileName(stem))).ToArray();
        return found.Any(file => file is not null)
            ? found
            : throw new SampleException($"'{folder}' holds no label for any of the {samples.Count} samples: for '{samples.NameOf(0)}' it "
                + $"would be '{Path.GetFileName(Stem(samples.NameOf(0)))}{ending}'.");
    }

    static string Stem(string path) => Path.ChangeExtension(path.Replace('\\', '/'), null);
}
