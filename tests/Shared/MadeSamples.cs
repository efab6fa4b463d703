using Octet.Data;
using Octet.Tensors;

namespace Octet.TestSupport;

/// <summary>Samples that lie in memory or are made when they are asked for.</summary>
/// <param name="count">How many there are.</param>
/// <param name="make">Gives the inputs of a sample.</param>
/// <param name="nameOf">Gives its name; null for a number.</param>
sealed class MadeSamples(int count, Func<int, IReadOnlyDictionary<string, Tensor>> make, Func<int, string>? nameOf = null)
    : ISampleSource
{
    public MadeSamples(params IReadOnlyList<IReadOnlyDictionary<string, Tensor>> samples) : this(samples.Count, index => samples[index]) { }

    public int Count => count;

    /// <summary>One tensor a sample, for a model with one input.</summary>
    public static MadeSamples Of(string input, params Tensor[] tensors) =>
        new(tensors.Length, index => new Dictionary<string, Tensor> { [input] = tensors[index] });

    /// <summary>The elements of one input, one array a sample.</summary>
    public static MadeSamples Of(string input, Shape shape, IReadOnlyList<float[]> samples) =>
        new(samples.Count, index => new Dictionary<string, Tensor> { [input] = Tensor.Of<float>(shape, samples[index]) });

    /// <summary>Samples of which nothing but their names is wanted.</summary>
    public static MadeSamples Named(params string[] names) =>
        new(names.Length, _ => throw new InvalidOperationException("Only names are wanted."), index => names[index]);

    public string NameOf(int index) => nameOf is null ? $"sample {index}" : nameOf(index);

    public Sample Load(int index) => new(NameOf(index), make(index));
}
