namespace Octet.Fuzz.Targets;

/// <summary>A kind of file that comes from outside, and what Octet does with one.</summary>
interface IFuzzTarget
{
    /// <summary>What the command line and the counts call it.</summary>
    string Name { get; }

    /// <summary>The ending of such files.</summary>
    string Ending { get; }

    /// <summary>A file as it should be.</summary>
    byte[] Seed(Random random);

    /// <summary>The file with changes in some places.</summary>
    byte[] Mutate(byte[] seed, Random random);

    /// <summary>Does with a file all that Octet can do with it.</summary>
    /// <param name="file">The content.</param>
    /// <param name="random">For choices that the file does not make, such as the values of a model's inputs.</param>
    /// <returns>Whether the file could be read; false where it was refused in words.</returns>
    /// <exception cref="Exception">Any but an <see cref="OctetException"/> is a finding.</exception>
    bool Consume(byte[] file, Random random);
}

/// <summary>All kinds.</summary>
static class FuzzTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new ModelTarget(), new PngTarget(), new NpyTarget(), new NpzTarget(), new TableArchiveTarget(), new TensorFileTarget(),
        TextTarget.Table, TextTarget.Recipe, TextTarget.Labels, TextTarget.Coco, TextTarget.SampleList, TextTarget.Preprocessing,
        PictureTarget.Jpeg, PictureTarget.Webp, PictureTarget.Bmp, PictureTarget.Gif,
    ];

    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static IFuzzTarget Named(string name) => All.FirstOrDefault(target => target.Name == name)
        ?? throw new ArgumentException($"'{name}' is none of {string.Join(", ", All.Select(target => target.Name))}.");

    /// <summary>The kind that a file's ending tells.</summary>
    public static IFuzzTarget? OfFile(string path) => All.FirstOrDefault(target => path.EndsWith(target.Ending, StringComparison.Ordinal));

    /// <summary>A changed file.</summary>
    public static byte[] Make(this IFuzzTarget target, Random random) => target.Mutate(target.Seed(random), random);

    /// <summary>Models are most of what comes, and most of what can go wrong.</summary>
    public static IFuzzTarget Choose(Random random) => random.Next(10) < 7 ? All[0] : All[random.Next(1, All.Count)];
}
