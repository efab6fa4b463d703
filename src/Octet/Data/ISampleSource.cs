using Octet.Tensors;

namespace Octet.Data;

/// <summary>One example for a model: a tensor for each of its inputs.</summary>
/// <param name="Name">Where it comes from, for messages: a file name, or a row of an array.</param>
/// <param name="Inputs">By the name of the model's input; batch extent included, usually 1.</param>
public sealed record Sample(string Name, IReadOnlyDictionary<string, Tensor> Inputs);

/// <summary>Samples that are loaded when they are needed, in any order and by several threads at once.</summary>
public interface ISampleSource
{
    int Count { get; }

    /// <summary>The name of a sample, without loading it.</summary>
    string NameOf(int index);

    /// <summary>Reads and preprocesses one sample. Allocates it anew, so that the caller may keep it.</summary>
    /// <exception cref="OctetException">The sample cannot be read; the message names it.</exception>
    Sample Load(int index);
}
