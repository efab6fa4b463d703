using System.Diagnostics;
using System.Runtime.InteropServices;
using Octet.Cluster;
using Octet.Data;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Evaluation;

/// <summary>Judges a model by the labels of some samples.</summary>
public abstract class Metric
{
    /// <summary>Runs the samples through a model and scores its outputs.</summary>
    /// <param name="model">The model.</param>
    /// <param name="samples">Those that the metric was made for.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="step">What progress calls it.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <exception cref="OctetException">A sample or its label cannot be read, or the model's outputs are of another kind than the metric
    /// judges.</exception>
    public abstract Accuracy Evaluate(
        IModelRunner model, ISampleSource samples, SampleRunOptions? options = null, string step = "evaluate",
        CancellationToken cancel = default);
}

/// <summary>A metric that judges each sample by itself and sums up in their order, so that the result does not depend on threads.</summary>
/// <typeparam name="TVerdict">What is kept of one sample.</typeparam>
public abstract class Metric<TVerdict> : Metric where TVerdict : class
{
    /// <inheritdoc/>
    public sealed override Accuracy Evaluate(
        IModelRunner model, ISampleSource samples, SampleRunOptions? options = null, string step = "evaluate",
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(step);
        var watch = Stopwatch.StartNew();
        options ??= new();
        var verdicts = new TVerdict?[samples.Count];
        var part = CanSend ? Shard.OfRank(options.Ranks).Of(samples.Count) : new(0, samples.Count);
        SampleRun.ForEach(samples.Slice(part), step, options, (_, index, sample) => model.Run(sample.Inputs,
            outputs => verdicts[part.From + index] = Judge(part.From + index, sample, outputs)), cancel);
        if (CanSend && options.Ranks.Count > 1) Share(options.Ranks, verdicts, part);

        var judged = verdicts.OfType<TVerdict>().ToArray();
        return new(Summarize(judged), judged.Length, watch.Elapsed.TotalSeconds) { Judged = new JudgedSamples<TVerdict>(this, verdicts) };
    }

    /// <summary>Puts what other ranks have judged beside what this one has.</summary>
    void Share(IRankGroup ranks, TVerdict?[] verdicts, SampleSpan part)
    {
        using var own = new MemoryStream();
        using var writer = new BinaryWriter(own);
        for (var index = part.From; index < part.End; index++)
        {
            if (verdicts[index] is not { } verdict) continue;
            writer.Write(index);
            Write(writer, verdict);
        }
        writer.Flush();
        foreach (var sent in ranks.GatherAll(own.ToArray()))
        {
            using var reader = new BinaryReader(new MemoryStream(sent));
            while (reader.BaseStream.Position < sent.Length) verdicts[reader.ReadInt32()] = Read(reader);
        }
    }

    /// <summary>Whether <see cref="Write"/> and <see cref="Read"/> are there; ranks judge all samples each where they are not.</summary>
    internal virtual bool CanSend => false;

    /// <summary>Writes a verdict for other ranks.</summary>
    internal virtual void Write(BinaryWriter writer, TVerdict verdict) => throw new NotSupportedException();

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    internal virtual TVerdict Read(BinaryReader reader) => throw new NotSupportedException();

    /// <summary>Writes how many elements there are, and their bytes.</summary>
    private protected static void WriteAll<T>(BinaryWriter writer, T[] elements) where T : unmanaged
    {
        writer.Write(elements.Length);
        writer.Write(MemoryMarshal.AsBytes(elements.AsSpan()));
    }

    /// <summary>Reads what <see cref="WriteAll"/> wrote.</summary>
    private protected static T[] ReadAll<T>(BinaryReader reader) where T : unmanaged
    {
        var elements = new T[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(elements.AsSpan()));
        return elements;
    }

    /// <summary>Judges one answer. Called from several threads, once for each sample.</summary>
    /// <param name="index">The sample's index in the source.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="outputs">What the model gave, in the order of its outputs; valid only during the call.</param>
    protected abstract TVerdict Judge(int index, Sample sample, IReadOnlyList<Tensor> outputs);

    /// <summary>The figures, the deciding one first.</summary>
    protected abstract IReadOnlyList<AccuracyFigure> Summarize(IReadOnlyList<TVerdict> verdicts);

    /// <summary>How two models differ that were judged on the same samples: by a bootstrap, unless the figure is a share of
    /// samples.</summary>
    internal virtual AccuracyDifference Difference(IReadOnlyList<TVerdict> before, IReadOnlyList<TVerdict> after) =>
        PairedBootstrap.Compare(Summarize(before)[0].Name, before.Count, Weighted(before), Weighted(after));

    /// <summary>The deciding figure, in percent, when each sample counts so often.</summary>
    internal virtual Func<IReadOnlyList<int>, double> Weighted(IReadOnlyList<TVerdict> verdicts) =>
        counts => Summarize([.. verdicts.SelectMany((verdict, index) => Enumerable.Repeat(verdict, counts[index]))])[0].Percent;

    /// <summary>What is doubtful about a float model that was judged so; null where nothing is, or where the metric cannot tell.</summary>
    internal virtual Doubt? DoubtOf(IReadOnlyList<TVerdict> verdicts) => null;
}
