using Octet.Cluster;
using Octet.Data;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Training;

/// <summary>The batches of a run, each from only its number: which samples, in which order, and how they are changed. While one is trained
/// with, the next is made.</summary>
/// <param name="data">All samples.</param>
/// <param name="shapes">Of each input, for the samples of one rank.</param>
/// <param name="size">Samples of a batch, of all ranks together.</param>
/// <param name="seed">Orders samples and changes them.</param>
/// <param name="ranks">Each makes its share of a batch only.</param>
sealed class TrainingBatches(TrainingData data, IReadOnlyDictionary<string, Shape> shapes, int size, int seed, IRankGroup ranks)
    : IDisposable
{
    /// <summary>Samples of this rank's share.</summary>
    readonly int _share = size / ranks.Count;

    (long Step, Task<TrainingBatch> Batch)? _next;
    (long Epoch, int[] Order)? _order;

    /// <summary>Whole batches in an epoch; samples that are left over wait for another order.</summary>
    public int PerEpoch => Math.Max(1, data.Samples.Count / size);

    /// <summary>The batch of a step, 0 for the first.</summary>
    public TrainingBatch Take(long step)
    {
        var batch = _next is var (prepared, task) && prepared == step ? task.GetAwaiter().GetResult() : Make(step, OrderOf(step));
        var order = OrderOf(step + 1);
        _next = (step + 1, Task.Run(() => Make(step + 1, order)));
        return batch;
    }

    public void Dispose() => _next?.Batch.ContinueWith(static task => _ = task.Exception, TaskScheduler.Default).Wait();

    /// <summary>The order of an epoch: a shuffle by the seed and the number of the epoch.</summary>
    int[] OrderOf(long step)
    {
        var epoch = step / PerEpoch;
        if (_order is var (known, order) && known == epoch) return order;
        var shuffled = Enumerable.Range(0, data.Samples.Count).ToArray();
        new Random(HashOf(epoch, -1)).Shuffle(shuffled);
        _order = (epoch, shuffled);
        return shuffled;
    }

    TrainingBatch Make(long step, int[] order)
    {
        var inputs = shapes.ToDictionary(shape => shape.Key, shape => new Tensor(DataType.Float32, shape.Value));
        var first = (int)(step % PerEpoch) * size + ranks.Rank * _share;
        var masks = new List<Tensor>();
        var classes = data.Masks is null && data.Classes is not null ? new Tensor(DataType.Int64, [_share]) : null;
        for (var i = 0; i < _share; i++)
        {
            var index = order[(first + i) % order.Length];
            var sample = data.Samples.Load(index);
            foreach (var (name, batch) in inputs) Place(sample, name, batch, i, step, index);
            data.Samples.Release(sample);
            if (data.Masks is not null) masks.Add(data.Masks(index));
            else if (classes is not null) classes.Longs[i] = data.Classes![index];
        }
        if (data.Augmentation is { Mixes: true }) Mix(inputs, new Random(HashOf(step, -2 - ranks.Rank)));
        return new(inputs, masks.Count > 0 ? Stacked(masks) : classes);
    }

    void Place(Sample sample, string name, Tensor batch, int place, long step, int index)
    {
        var tensor = sample.Inputs[name];
        var length = batch.Length / _share;
        if (tensor.Type != DataType.Float32 || tensor.Length != length)
            throw new TrainingException($"Sample '{sample.Name}' gives {tensor} for input '{name}', which takes {length} float32 elements "
                + "of each sample.");
        var slice = batch.Slice(place, 1);
        tensor.Floats.CopyTo(slice.Floats);
        data.Augmentation?.Apply(slice, new Random(HashOf(step / PerEpoch, index)));
    }

    /// <summary>Each sample becomes a mixture with the next of its batch.</summary>
    void Mix(Dictionary<string, Tensor> inputs, Random random)
    {
        var shares = Enumerable.Range(0, _share).Select(_ => random.NextSingle()).ToArray();
        foreach (var batch in inputs.Values)
        {
            var first = batch.Slice(0, 1).Clone();
            for (var i = 0; i < _share; i++)
            {
                var (own, next) = (batch.Slice(i, 1), i + 1 < _share ? batch.Slice(i + 1, 1) : first);
                TensorPrimitives.Lerp(own.Floats, next.Floats, shares[i], own.Floats);
            }
        }
    }

    static Tensor Stacked(List<Tensor> masks)
    {
        var stacked = new Tensor(DataType.Int64, [masks.Count, .. masks[0].Shape.Dimensions]);
        foreach (var (i, mask) in masks.Index()) mask.Longs.CopyTo(stacked.Slice(i, 1).Longs);
        return stacked;
    }

    /// <summary>A seed of its own for each epoch and sample, the same on every machine.</summary>
    int HashOf(long epoch, int index)
    {
        var hash = unchecked((ulong)seed * 0x9E3779B97F4A7C15 + (ulong)epoch * 0xBF58476D1CE4E5B9
            + (ulong)(index + 1) * 0x94D049BB133111EB);
        hash ^= hash >> 31;
        hash = unchecked(hash * 0xD6E8FEB86659FD93);
        return (int)(hash >> 33);
    }
}

/// <summary>The samples of one step.</summary>
/// <param name="Inputs">By name, [batch, …].</param>
/// <param name="Classes">[batch, …] as int64; null without labels.</param>
sealed record TrainingBatch(IReadOnlyDictionary<string, Tensor> Inputs, Tensor? Classes);
