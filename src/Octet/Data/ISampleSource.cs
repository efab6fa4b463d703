using Octet.Tensors;

namespace Octet.Data;

/// <summary>One example for a model: a tensor for each of its inputs.</summary>
/// <param name="Name">Where it comes from, for messages: a file name, or a row of an array.</param>
/// <param name="Inputs">By the name of the model's input; batch extent included, usually 1.</param>
public sealed record Sample(string Name, IReadOnlyDictionary<string, Tensor> Inputs)
{
    /// <summary>The size of the picture that the first input was made from, before any resizing; null where it was an array.</summary>
    public ImageSize? PictureSize { get; init; }
}

/// <summary>A sample that could not be used, and why.</summary>
public sealed record SkippedSample(string Name, string Reason);

/// <summary>Samples that are loaded when they are needed, in any order and by several threads at once.</summary>
public interface ISampleSource
{
    /// <summary>The number of samples, those that turn out to be unreadable among them.</summary>
    int Count { get; }

    /// <summary>The name of a sample, without loading it.</summary>
    string NameOf(int index);

    /// <summary>Reads and preprocesses one sample. Allocates it anew, so that the caller may keep it.</summary>
    /// <exception cref="OctetException">The sample cannot be read; the message names it.</exception>
    Sample Load(int index);

    /// <summary>The same, but null for a sample that cannot be read if the source was opened with <see cref="OnBadSample.Skip"/>.</summary>
    /// <exception cref="OctetException">The sample cannot be read, and bad samples are not to be skipped.</exception>
    Sample? LoadOrSkip(int index) => Load(index);

    /// <summary>
    /// Takes back a sample that is no longer used, so that the next can use its memory. <see cref="SampleRun"/> does so; who
    /// keeps a sample simply does not.
    /// </summary>
    void Release(Sample sample) { }

    /// <summary>
    /// Asks to leave out a sample that could be read but cannot be used, for instance because a model makes NaN of it;
    /// <see cref="LoadOrSkip"/> then skips it too.
    /// </summary>
    /// <param name="index">Which sample.</param>
    /// <param name="reason">For <see cref="Skipped"/>.</param>
    /// <returns>Whether it is left out: only if the source was opened with <see cref="OnBadSample.Skip"/>.</returns>
    bool Skip(int index, string reason) => false;

    /// <summary>The samples that <see cref="LoadOrSkip"/> and <see cref="Skip"/> skipped so far, in order, each once.</summary>
    IReadOnlyList<SkippedSample> Skipped => [];

    /// <summary>The files in the folder that are not read as samples, as a sentence: <c>2 files are of kinds that are not read as samples:
    /// 1 .tiff, 1 .txt</c>; null where there are none.</summary>
    string? NotRead => null;
}
