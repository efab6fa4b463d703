using Octet.Calibration;
using Octet.Data;
using Octet.Tensors;

namespace Octet.Planning;

/// <summary>The first samples of a source, kept in memory once a step asks for them, so that steps behind each other load them
/// once.</summary>
/// <param name="source">All calibration samples.</param>
sealed class KeptSamples(ISampleSource source)
{
    IReadOnlyList<IReadOnlyDictionary<string, Tensor>> _kept = [];
    int _asked;

    /// <summary>All samples, for a step that runs its own epochs.</summary>
    public ISampleSource All => source;

    /// <summary>The number of samples that are in memory.</summary>
    public int Count => _kept.Count;

    /// <summary>What their tensors take in memory.</summary>
    public long Bytes => _kept.Sum(sample => sample.Values.Sum(tensor => (long)tensor.Bytes.Length));

    /// <summary>Gives samples in their order, without those that the source skips.</summary>
    /// <param name="max">How many at most.</param>
    /// <param name="run">Threads and progress.</param>
    /// <param name="cancel">Ends the loading between samples.</param>
    /// <exception cref="CalibrationException">There are none.</exception>
    public IReadOnlyList<IReadOnlyDictionary<string, Tensor>> First(int max, SampleRunOptions run, CancellationToken cancel)
    {
        max = Math.Min(max, source.Count);
        if (max > _asked) (_kept, _asked) = (Load(max, run, cancel), max);
        return max < _asked && _kept.Count > max ? [.. _kept.Take(max)] : _kept;
    }

    IReadOnlyDictionary<string, Tensor>[] Load(int max, SampleRunOptions run, CancellationToken cancel)
    {
        var loaded = new IReadOnlyDictionary<string, Tensor>?[max];
        // Copies, because the source uses the memory of a sample again.
        SampleRun.ForEach(
            source.Take(max), "load", run,
            (_, index, sample) => loaded[index] = sample.Inputs.ToDictionary(input => input.Key, input => input.Value.Clone()), cancel);
        return loaded.OfType<IReadOnlyDictionary<string, Tensor>>().ToArray() is { Length: > 0 } some
            ? some : throw CalibrationException.NothingSeen();
    }
}
