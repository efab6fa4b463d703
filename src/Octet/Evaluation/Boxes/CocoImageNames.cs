namespace Octet.Evaluation.Boxes;

/// <summary>
/// Finds the picture of COCO's file that a sample is, by its path: of one path the other has to be the end, folder by folder, for either
/// may begin further up
/// (<c>val/a.jpg</c> is <c>images/val/a.jpg</c>, but not <c>train/a.jpg</c>).
/// </summary>
sealed class CocoImageNames(IEnumerable<CocoImage> images)
{
    readonly ILookup<string, (string Path, long Id)> _byName = images.Select(image => (Path: Normal(image.FileName), image.Id))
        .ToLookup(image => NameOf(image.Path));

    /// <summary>The number of the picture; zero, and a line among the problems, if it is not listed or may be one of several.</summary>
    public long IdOf(string sample, List<string> problems)
    {
        var path = Normal(sample);
        var listed = _byName[NameOf(path)].ToList();
        if (listed.FirstOrDefault(image => image.Path == path) is { Path: not null } same) return same.Id;

        var matches = listed.Where(image => IsEndOf(image.Path, path) || IsEndOf(path, image.Path)).DistinctBy(image => image.Path)
            .ToList();
        if (matches is [var only]) return only.Id;
        problems.Add(matches.Count > 1 ? $"the picture '{sample}' may be '{matches[0].Path}' or '{matches[1].Path}'"
            : listed.Count > 0 ? $"it does not list the picture '{sample}', but one of that name in another folder, '{listed[0].Path}'"
            : $"it does not list the picture '{sample}'");
        return 0;
    }

    static bool IsEndOf(string end, string path) =>
        path.EndsWith(end, StringComparison.Ordinal) && path.Length > end.Length && path[^(end.Length + 1)] == '/';

    static string Normal(string path) => path.Replace('\\', '/').TrimStart('.', '/');

    static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
