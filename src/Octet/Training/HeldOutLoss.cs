using Octet.Cluster;
using Octet.Data;
using Octet.Graphs;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Training;

/// <summary>Judges networks by their loss on samples that training does not see: the less, the better.</summary>
/// <param name="all">The samples; each rank of <paramref name="run"/> judges by its share.</param>
/// <param name="losses">The terms of the loss.</param>
/// <param name="teacher">The float network; null where no term follows one.</param>
/// <param name="run">Threads and ranks.</param>
/// <param name="cancel">Ends runs between samples.</param>
sealed class HeldOutLoss(TrainingData all, IReadOnlyList<TrainingLoss> losses, Graph? teacher, SampleRunOptions run,
    CancellationToken cancel)
{
    const int MaxSamples = 256;

    /// <summary>Fewer would judge by chance; where there are few samples, a quarter of them has to do.</summary>
    const int MinSamples = 8;

    readonly TrainingData _data = ShareOf(all, run.Ranks);
    readonly SampleRunOptions _run = run with { Progress = null };
    Tensor[][]? _targets;

    /// <summary>Divides samples into those to train with and those to judge by, which lie evenly among all; a single sample is
    /// both.</summary>
    /// <param name="data">All samples; those that its source has skipped are left out.</param>
    /// <param name="share">How many to hold back, above 0 and below 1; at least 8 samples, or a quarter where there are few, and at most
    /// 256.</param>
    public static (TrainingData Trained, TrainingData HeldOut) Divide(TrainingData data, double share)
    {
        var skipped = data.Samples.Skipped.Select(sample => sample.Name).ToHashSet();
        var places = Enumerable.Range(0, data.Samples.Count)
            .Where(index => skipped.Count == 0 || !skipped.Contains(data.Samples.NameOf(index))).ToArray();
        if (places.Length < 2) return (data.Pick(places), data.Pick(places));
        var count = Math.Clamp(Math.Max((int)(places.Length * share), Math.Min(MinSamples, places.Length / 4)), 1,
            Math.Min(MaxSamples, places.Length - 1));
        var heldOut = Enumerable.Range(0, count).Select(index => (int)((index + 0.5) * places.Length / count)).ToHashSet();
        return (data.Pick([.. places.Where((_, index) => !heldOut.Contains(index))]),
            data.Pick([.. places.Where((_, index) => heldOut.Contains(index))]));
    }

    /// <summary>The mean of the loss over all samples, negative.</summary>
    public double Judge(Graph network)
    {
        _targets ??= Targets();
        var outputs = Outputs(network);
        var sum = 0.0;
        foreach (var (index, made) in outputs.Index())
        {
            foreach (var (term, loss) in losses.Index())
                sum += loss.Weight * Distance(loss, made[OutputOf(loss, network)], _targets[index][term]);
        }
        return -run.Ranks.Sum(sum) / Math.Max(1, all.Samples.Count);
    }

    static TrainingData ShareOf(TrainingData all, IRankGroup ranks)
    {
        if (ranks.Count == 1) return all;
        var part = Shard.OfRank(ranks).Of(all.Samples.Count);
        return all.Pick([.. Enumerable.Range(part.From, part.Count)]);
    }

    static double Distance(TrainingLoss loss, Tensor made, Tensor target)
    {
        var distance = new Tensor(DataType.Float32, Shape.Scalar);
        loss.Operator.Run([made, target], [distance]);
        return distance.Floats[0];
    }

    Tensor[][] Targets()
    {
        var taught = teacher is null ? null : Outputs(teacher);
        return [.. Enumerable.Range(0, _data.Samples.Count)
            .Select(index => losses.Select(loss => loss is ClassLoss ? ClassOf(index) : taught![index][OutputOf(loss, teacher!)])
                .ToArray())];
    }

    Tensor ClassOf(int index) => _data.Masks is { } masks
        ? masks(index) is var mask ? Tensor.Of<long>([1, .. mask.Shape.Dimensions], mask.Longs.ToArray()) : mask
        : Tensor.Of<long>([1], [_data.Classes![index]]);

    static int OutputOf(TrainingLoss loss, Graph network) =>
        loss.Output is null ? 0 : network.Outputs.Index().First(output => output.Item.Name == loss.Output).Index;

    /// <summary>Samples that cannot be read were left out when the data was divided.</summary>
    Tensor[][] Outputs(Graph network) => SampleRun.Outputs(network, _data.Samples, "judge", _run, cancel)!;
}
