namespace Octet.Data;

/// <summary>Opens what a person gives as data.</summary>
public static class SampleSource
{
    /// <summary>
    /// Opens a folder of pictures, arrays or archives (also in folders within it, sorted by path); a list of samples, one a line; an
    /// <c>.npy</c> whose first axis counts the samples; or a single picture or <c>.npz</c>. Nothing but names is read before a sample is
    /// loaded.
    /// </summary>
    /// <param name="path">A folder or a file.</param>
    /// <param name="inputs">What the model takes: <see cref="ModelInput.Of"/>.</param>
    /// <param name="preprocessing">How pictures become inputs; its layout is chosen by the shape of the input. May be null where there are
    /// no pictures.</param>
    /// <param name="onBadSample">What <see cref="ISampleSource.LoadOrSkip"/> does with a sample that cannot be read.</param>
    /// <param name="alsoRead">Files, or folders of them, that are read for another purpose, as labels are: they do not count as
    /// unused.</param>
    /// <exception cref="SampleException">There are no samples, or they are not of a kind that fits the model.</exception>
    /// <exception cref="PreprocessingException">The preprocessing does not give what the model takes.</exception>
    public static ISampleSource Open(string path, IReadOnlyList<ModelInput> inputs, ImagePreprocessing? preprocessing = null,
        OnBadSample onBadSample = OnBadSample.Fail, IReadOnlyList<string>? alsoRead = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count == 0) throw new SampleException("The model has no inputs; there is nothing to give it.");

        ISampleSource source = IsRowsOfArray(path, inputs)
            ? new ArraySampleSource(path, new(inputs[0], null)) : OpenFiles(path, inputs, preprocessing, alsoRead ?? []);
        return onBadSample == OnBadSample.Skip ? new SkippingSampleSource(source) : source;
    }

    /// <summary>One sample from given files: one .npz with an array for each input of the model, or a picture or whole array for each, in
    /// the order of the inputs.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="inputs">What the model takes.</param>
    /// <param name="preprocessing">How pictures become inputs; may be null where there are none.</param>
    /// <exception cref="SampleException">A file is absent, or they are not as many as inputs.</exception>
    public static ISampleSource OpenSingle(IReadOnlyList<string> paths, IReadOnlyList<ModelInput> inputs,
        ImagePreprocessing? preprocessing = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(inputs);
        var wrong = paths.Where(path => !File.Exists(path)).Select(path => $"'{path}' does not exist")
            .Concat(paths.Where(path => SampleFileKinds.Of(path) == SampleFileKind.Other)
                .Select(path => $"'{path}' is no sample; samples end in {SampleFileKinds.Known}"))
            .ToArray();
        if (wrong.Length > 0) throw SampleException.Of("The inputs cannot be read:", wrong);
        return FromFiles(string.Join(", ", paths), [new(string.Join(", ", paths.Select(Path.GetFileName)), paths)], inputs, preprocessing);
    }

    extension(ISampleSource source)
    {
        /// <summary>The first <paramref name="count"/> samples, or all if there are fewer.</summary>
        public ISampleSource Take(int count)
        {
            ArgumentNullException.ThrowIfNull(source);
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
            return source.Slice(new(0, Math.Min(count, source.Count)));
        }

        /// <summary>A part of the samples, which begins at position 0.</summary>
        public ISampleSource Slice(SampleSpan span)
        {
            ArgumentNullException.ThrowIfNull(source);
            return span.Count < source.Count ? new SampleSlice(source, span) : source;
        }

        /// <summary>The first sample that can be read; null if there is none.</summary>
        internal Sample? FirstReadable() =>
            Enumerable.Range(0, source.Count).Select(source.LoadOrSkip).FirstOrDefault(sample => sample is not null);
    }

    /// <summary>A single array whose rows are samples, rather than one that is a sample as a whole.</summary>
    static bool IsRowsOfArray(string path, IReadOnlyList<ModelInput> inputs)
    {
        if (!File.Exists(path) || SampleFileKinds.Of(path) != SampleFileKind.Array) return false;
        return inputs.Count == 1
            ? true : throw new SampleException($"'{path}' holds one array, but the model takes {inputs.Count} inputs: "
                + $"{string.Join(", ", inputs)}. Give an .npz with an array for each, or a list of files.");
    }

    static FileSampleSource OpenFiles(string path, IReadOnlyList<ModelInput> inputs, ImagePreprocessing? preprocessing,
        IReadOnlyList<string> alsoRead) =>
        Directory.Exists(path)
            ? FromFiles(path, SampleFolder.Find(path, alsoRead, out var notRead), inputs, preprocessing, notRead)
            : FromFiles(path, Find(path, inputs), inputs, preprocessing);

    static FileSampleSource FromFiles(string path, IReadOnlyList<FileSample> samples, IReadOnlyList<ModelInput> inputs,
        ImagePreprocessing? preprocessing, string? notRead = null)
    {
        if (samples.FirstOrDefault(sample => !sample.IsArchive && sample.Paths.Count != inputs.Count) is { } lacking)
        {
            throw new SampleException($"'{path}' gives {lacking.Paths.Count} file(s) a sample ('{lacking.Name}'), but the model "
                + $"takes {inputs.Count} inputs: {string.Join(", ", inputs)}. Give an .npz with an array for each, or a list with a file "
                + "for each in every line.");
        }

        var readers = inputs.Select((input, index) =>
        {
            var picture =
                samples.FirstOrDefault(sample => !sample.IsArchive && SampleFileKinds.Of(sample.Paths[index]) == SampleFileKind.Picture);
            return new InputReader(input, picture is null ? null : Fitted(preprocessing, input, picture.Name));
        });
        return new(samples, [.. readers]) { NotRead = notRead };
    }

    static IReadOnlyList<FileSample> Find(string path, IReadOnlyList<ModelInput> inputs)
    {
        if (!File.Exists(path)) throw new SampleException($"There is no file or folder '{path}' to take samples from.");
        return SampleFileKinds.Of(path) == SampleFileKind.Other ? SampleList.Read(path, inputs) : [new(Path.GetFileName(path), [path])];
    }

    static ImagePreprocessing Fitted(ImagePreprocessing? preprocessing, ModelInput input, string picture) =>
        preprocessing?.FittedTo(input)
        ?? throw new SampleException($"'{picture}' is a picture, but nothing says how it becomes the input '{input}'. Say how by "
            + "preprocessing, here or in the metadata of the model.")
        { Change = WhatToChange.Preprocessing };
}

/// <summary>Some consecutive samples of a source.</summary>
sealed class SampleSlice(ISampleSource source, SampleSpan span) : ISampleSource
{
    public int Count => span.Count;

    public string NameOf(int index) => source.NameOf(Checked(index));

    public Sample Load(int index) => source.Load(Checked(index));

    public Sample? LoadOrSkip(int index) => source.LoadOrSkip(Checked(index));

    public bool Skip(int index, string reason) => source.Skip(Checked(index), reason);

    public void Release(Sample sample) => source.Release(sample);

    public IReadOnlyList<SkippedSample> Skipped => source.Skipped;

    public string? NotRead => source.NotRead;

    int Checked(int index) =>
        index >= 0 && index < span.Count
        ? span.From + index : throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {span.Count} samples.");
}
