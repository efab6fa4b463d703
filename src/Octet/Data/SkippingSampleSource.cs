using System.Collections.Concurrent;
using Octet.Data.Images;

namespace Octet.Data;

/// <summary>Passes over samples that cannot be read, and remembers them.</summary>
sealed class SkippingSampleSource(ISampleSource source) : ISampleSource
{
    readonly ConcurrentDictionary<int, string> _reasons = [];

    public int Count => source.Count;

    public string NameOf(int index) => source.NameOf(index);

    public Sample Load(int index) => source.Load(index);

    public Sample? LoadOrSkip(int index)
    {
        if (_reasons.ContainsKey(index)) return null;
        try
        {
            return source.Load(index);
        }
        catch (OctetException problem) when (problem is not MissingLibraryException) // which is no sample's fault
        {
            _reasons[index] = problem.Message;
            return null;
        }
    }

    public string? NotRead => source.NotRead;

    public bool Skip(int index, string reason)
    {
        _reasons[index] = reason;
        return true;
    }

    public void Release(Sample sample) => source.Release(sample);

    public IReadOnlyList<SkippedSample> Skipped =>
        [.. _reasons.OrderBy(pair => pair.Key).Select(pair => new SkippedSample(NameOf(pair.Key), pair.Value))];
}
