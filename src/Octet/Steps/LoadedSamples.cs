using Octet.Calibration;
using Octet.Data;
using Octet.Tensors;

namespace Octet.Steps;

/// <summary>Samples that are all there at once, for what goes through a model layer by layer.</summary>
static class LoadedSamples
{
    /// <summary>Loads all samples, in their order, without those that the source skips.</summary>
    /// <exception cref="CalibrationException">There are none.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, Tensor>> All(ISampleSource samples, SampleRunOptions options, CancellationToken cancel)
    {
        var loaded = new IReadOnlyDictionary<string, Tensor>?[samples.Count];
        // Copies, for the source uses the memory of a sample again.
        SampleRun.ForEach(samples, "load", options, (_, index, sample) => loaded[index] = sample.Inputs.ToDictionary(input => input.Key, input => input.Value.Clone()), cancel);
        return loaded.OfType<IReadOnlyDictionary<string, Tensor>>().ToArray() is { Length: > 0 } some ? some : throw CalibrationException.NothingSeen();
    }
}
