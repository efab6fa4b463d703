using Octet.Data;
using Octet.Tensors;

namespace Octet.Tests.Calibration;

/// <summary>Samples that lie in memory: the values of one input, one array a sample.</summary>
sealed class MemorySamples(string input, Shape shape, IReadOnlyList<float[]> samples) : ISampleSource
{
    public int Count => samples.Count;

    public string NameOf(int index) => $"sample {index}";

    public Sample Load(int index) =>
        new(NameOf(index), new Dictionary<string, Tensor> { [input] = Tensor.Of<float>(shape, samples[index]) });
}
