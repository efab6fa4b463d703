using Octet.Data;
using Octet.Tensors;

namespace Octet.Fuzz.Targets;

/// <summary>Samples that lie in memory.</summary>
sealed class InputSamples(IReadOnlyList<IReadOnlyDictionary<string, Tensor>> inputs) : ISampleSource
{
    public int Count => inputs.Count;

    public string NameOf(int index) => $"sample {index}";

    public Sample Load(int index) => new(NameOf(index), inputs[index]);
}
