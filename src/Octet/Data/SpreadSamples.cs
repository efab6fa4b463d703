namespace Octet.Data;

/// <summary>Some of many samples, evenly spread: folders of classes come one after the other, and their first samples alone would be of one
/// class.</summary>
/// <param name="source">All samples.</param>
/// <param name="max">How many to take at most.</param>
sealed class SpreadSamples(ISampleSource source, int max) : ISampleSource
{
    public int Count { get; } = Math.Min(max, source.Count);

    public IReadOnlyList<SkippedSample> Skipped => source.Skipped;

    public string NameOf(int index) => source.NameOf(Place(index));

    public Sample Load(int index) => source.Load(Place(index));

    public Sample? LoadOrSkip(int index) => source.LoadOrSkip(Place(index));

    public void Release(Sample sample) => source.Release(sample);

    int Place(int index) => (int)((long)index * source.Count / Count);
}
