namespace Octet.Data;

/// <summary>Some samples of a source, in an order of their own.</summary>
/// <param name="source">All samples.</param>
/// <param name="places">Where each sample lies in the source.</param>
sealed class PickedSamples(ISampleSource source, IReadOnlyList<int> places) : ISampleSource
{
    public int Count => places.Count;

    public IReadOnlyList<SkippedSample> Skipped => source.Skipped;

    public string NameOf(int index) => source.NameOf(places[index]);

    public Sample Load(int index) => source.Load(places[index]);

    public Sample? LoadOrSkip(int index) => source.LoadOrSkip(places[index]);

    public bool Skip(int index, string reason) => source.Skip(places[index], reason);

    public void Release(Sample sample) => source.Release(sample);
}
