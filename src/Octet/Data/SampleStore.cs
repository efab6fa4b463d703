namespace Octet.Data;

/// <summary>Samples of a data set that are carried along with what was measured of it, for steps that run them again. As a source it has
/// the places of the whole data set; one of the selection that is not there could not be read.</summary>
sealed class SampleStore : ISampleSource
{
    readonly IReadOnlyDictionary<int, StoredSample> _samples;

    /// <param name="selection">Which samples of the data set are carried.</param>
    /// <param name="count">How many samples the data set has.</param>
    /// <param name="samples">By their places; all of the selection that were seen and could be read.</param>
    public SampleStore(SampleSelection selection, int count, IReadOnlyDictionary<int, StoredSample> samples) =>
        (Selection, Count, _samples) = (selection.Within(count), count, samples);

    /// <summary>Nothing, where no step runs samples again.</summary>
    public static SampleStore Empty { get; } = new(default, 0, new Dictionary<int, StoredSample>());

    public SampleSelection Selection { get; }

    public int Count { get; }

    /// <summary>The samples in the order of their places.</summary>
    public IEnumerable<(int Place, StoredSample Sample)> Samples =>
        _samples.OrderBy(entry => entry.Key).Select(entry => (entry.Key, entry.Value));

    /// <summary>The selected samples of a part of a source, which are loaded when they are needed.</summary>
    public static SampleStore Of(ISampleSource source, SampleSelection selection, SampleSpan part) => selection.IsEmpty ? Empty : new(
        selection, source.Count,
        Enumerable.Range(part.From, part.Count).Where(place => selection.Includes(place, source.Count)).ToDictionary(
            place => place, place => new StoredSample(source.NameOf(place), () => source.LoadOrSkip(place))));

    /// <summary>The samples of parts of one data set, with one selection.</summary>
    public static SampleStore Merge(IReadOnlyList<SampleStore> parts) => parts[0].Selection.IsEmpty ? Empty : new(
        parts[0].Selection, parts[0].Count, parts.SelectMany(part => part._samples).ToDictionary());

    public string NameOf(int index) => _samples.TryGetValue(index, out var sample) ? sample.Name : $"sample {index + 1}";

    public Sample Load(int index) => LoadOrSkip(index)
        ?? throw new SampleException($"'{NameOf(index)}' was left out when it was measured.");

    public Sample? LoadOrSkip(int index) =>
        _samples.TryGetValue(index, out var sample) ? sample.Load()
        : Selection.Includes(index, Count) ? null
        : throw new InvalidOperationException($"Sample {index} of {Count} is not carried along; {Selection} is.");
}

/// <summary>A sample that is carried along.</summary>
/// <param name="Name">See <see cref="Sample.Name"/>.</param>
/// <param name="Load">Gives its tensors; null if it cannot be read and is to be left out.</param>
sealed record StoredSample(string Name, Func<Sample?> Load);
