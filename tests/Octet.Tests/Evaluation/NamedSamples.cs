using Octet.Data;

namespace Octet.Tests.Evaluation;

/// <summary>Samples of which nothing but their names is wanted.</summary>
sealed class NamedSamples(params string[] names) : ISampleSource
{
    public int Count => names.Length;

    public string NameOf(int index) => names[index];

    public Sample Load(int index) => throw new InvalidOperationException("Only names are wanted.");
}
