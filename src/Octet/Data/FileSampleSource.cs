using Octet.Data.Arrays;
using Octet.Tensors;

namespace Octet.Data;

/// <summary>Where one sample lies.</summary>
/// <param name="Name">For messages and labels.</param>
/// <param name="Paths">A file for each input of the model, or one .npz with all of them.</param>
sealed record FileSample(string Name, IReadOnlyList<string> Paths)
{
    public bool IsArchive => Paths is [var only] && SampleFileKinds.Of(only) == SampleFileKind.Archive;
}

/// <summary>Samples that are files of their own: pictures, arrays, or archives with an array for each input.</summary>
/// <param name="samples">In order.</param>
/// <param name="readers">One for each input of the model.</param>
sealed class FileSampleSource(IReadOnlyList<FileSample> samples, IReadOnlyList<InputReader> readers) : ISampleSource
{
    /// <summary>The memory of pictures that were released.</summary>
    readonly TensorPool _pool = new();

    public int Count => samples.Count;

    public string? NotRead { get; init; }

    public string NameOf(int index) => samples[index].Name;

    public Sample Load(int index)
    {
        var sample = samples[index];
        if (sample.IsArchive) return new(sample.Name, ReadArchive(sample));

        var inputs = new Dictionary<string, Tensor>();
        ImageSize? pictureSize = null;
        foreach (var (reader, path) in readers.Zip(sample.Paths))
        {
            (inputs[reader.Input.Name], var size) = reader.Read(path, sample.Name, _pool);
            if (inputs.Count == 1) pictureSize = size;
        }
        return new(sample.Name, inputs) { PictureSize = pictureSize };
    }

    public void Release(Sample sample)
    {
        if (sample.PictureSize is not null) _pool.Return(sample.Inputs[readers[0].Input.Name]);
    }

    Dictionary<string, Tensor> ReadArchive(FileSample sample)
    {
        var wanted = readers.Select(reader => reader.Input.Name).ToHashSet();
        var arrays = NpzFile.Read(sample.Paths[0], wanted.Contains);
        return readers.ToDictionary(reader => reader.Input.Name, reader => arrays.TryGetValue(reader.Input.Name, out var array)
            ? reader.Fit(array, sample.Name)
            : throw Lacks(reader.Input.Name, sample));
    }

    static SampleException Lacks(string input, FileSample sample)
    {
        var names = NpzFile.NamesIn(sample.Paths[0]);
        var meant = Spelling.FindClosest(input, names) is { } closest ? $" Did you mean '{closest}'?" : "";
        return new($"Sample '{sample.Name}' has no array for the model's input '{input}'; "
            + $"it holds {string.Join(", ", names.Select(name => $"'{name}'"))}.{meant}");
    }
}
