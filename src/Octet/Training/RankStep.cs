using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Octet.Cluster;
using Octet.Tensors;

namespace Octet.Training;

/// <summary>What ranks that train together exchange: gradients, running statistics, the loss, and whether one of them is to stop.</summary>
sealed class RankStep(IRankGroup ranks)
{
    /// <summary>The loss, and more than 0 where a rank is to stop.</summary>
    readonly Tensor _told = new(DataType.Float32, [2]);

    /// <summary>What is averaged over ranks, and how, for the plan that ran last.</summary>
    (TrainingPlan Plan, Tensor[] Tensors, BucketMeans Means)? _averaged;

    bool IsAlone => ranks.Count == 1;

    /// <summary>Gives rank 0's weights to all: machines of different kinds may have calibrated and tuned with other last bits.</summary>
    public void Begin(IEnumerable<Tensor> state, float[][] average)
    {
        if (IsAlone) return;
        foreach (var tensor in state) ranks.Broadcast(tensor.Bytes, root: 0);
        foreach (var values in average) ranks.Broadcast(MemoryMarshal.AsBytes(values.AsSpan()), root: 0);
    }

    /// <summary>Averages what a step gave on each rank.</summary>
    /// <param name="plan">The plan that ran the step.</param>
    /// <param name="loss">Of this rank's share.</param>
    /// <param name="cancel">Is told to all.</param>
    /// <returns>The loss of the batch.</returns>
    public float Average(TrainingPlan plan, float loss, CancellationToken cancel)
    {
        if (IsAlone) return loss;
        var (_, tensors, means) = _averaged is { } known && known.Plan == plan ? known : (_averaged = AveragedOf(plan)).Value;
        (_told.Floats[0], _told.Floats[1]) = (loss, cancel.IsCancellationRequested ? 1 : 0);
        means.Average(tensors);
        return _told.Floats[0];
    }

    /// <summary>Whether to stop before the next step: all ranks do so after the same one.</summary>
    public bool Stops(CancellationToken cancel) => IsAlone ? cancel.IsCancellationRequested : _told.Floats[1] > 0;

    /// <exception cref="TrainingException">Some ranks hold other weights than rank 0; they are named.</exception>
    public void ThrowIfUnlike(IEnumerable<Tensor> state)
    {
        if (IsAlone) return;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in state) hash.AppendData(tensor.Bytes);
        var digests = ranks.GatherAll(hash.GetHashAndReset());
        var unlike = Enumerable.Range(1, digests.Length - 1).Where(rank => !digests[rank].AsSpan().SequenceEqual(digests[0])).ToArray();
        if (unlike.Length > 0)
            throw new TrainingException($"The weights of rank {string.Join(", ", unlike)} are not those of rank 0 any more. Machines that "
                + "compute with other last bits cannot train together; use machines of one kind.");
    }

    (TrainingPlan, Tensor[], BucketMeans) AveragedOf(TrainingPlan plan)
    {
        Tensor[] tensors =
            [_told, .. plan.Parameters.Select(parameter => parameter.Gradient), .. plan.States.Select(state => state.Elements)];
        return (plan, tensors, new(ranks, tensors.Sum(tensor => (long)tensor.Length)));
    }
}
