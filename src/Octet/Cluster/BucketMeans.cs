using System.Runtime.InteropServices;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Cluster;

/// <summary>
/// Means of many tensors over all ranks, in buckets. Each rank adds up one part of a bucket, in the order of ranks, and gives it to all:
/// the same bits everywhere and on every run with so many ranks, and each byte travels twice only.
/// </summary>
sealed class BucketMeans
{
    /// <summary>Elements of a bucket: 4 MB, long enough that the network is busy, and short beside the weights of large models.</summary>
    const int MaxLength = 1 << 20;

    readonly IRankGroup _ranks;
    readonly float[] _bucket;
    readonly float[] _received;
    readonly int _part;

    /// <param name="ranks">The group.</param>
    /// <param name="length">Elements of all tensors together: shorter buckets are enough for small models.</param>
    public BucketMeans(IRankGroup ranks, long length)
    {
        _ranks = ranks;
        _part = (int)((Math.Clamp(length, 1, MaxLength) + ranks.Count - 1) / ranks.Count);
        _bucket = new float[_part * ranks.Count];
        _received = new float[_part * ranks.Count];
    }

    /// <summary>Puts the mean over all ranks in the place of each element.</summary>
    /// <param name="tensors">In float32, of the same lengths on each rank.</param>
    public void Average(IReadOnlyList<Tensor> tensors)
    {
        var (first, start) = (0, 0);
        while (first < tensors.Count)
        {
            var (filled, tensor, offset) = (0, first, start);
            for (; tensor < tensors.Count && filled < _bucket.Length;)
            {
                var count = Math.Min(tensors[tensor].Length - offset, _bucket.Length - filled);
                tensors[tensor].Floats.Slice(offset, count).CopyTo(_bucket.AsSpan(filled));
                (filled, offset) = (filled + count, offset + count);
                if (offset == tensors[tensor].Length) (tensor, offset) = (tensor + 1, 0);
            }
            _bucket.AsSpan(filled).Clear();
            AverageBucket();
            for (var taken = 0; taken < filled;)
            {
                var count = Math.Min(tensors[first].Length - start, filled - taken);
                _bucket.AsSpan(taken, count).CopyTo(tensors[first].Floats[start..]);
                (taken, start) = (taken + count, start + count);
                if (start == tensors[first].Length) (first, start) = (first + 1, 0);
            }
            (first, start) = (tensor, offset);
        }
    }

    void AverageBucket()
    {
        _ranks.Trade(MemoryMarshal.AsBytes(_bucket.AsSpan()), MemoryMarshal.AsBytes(_received.AsSpan()));
        var sum = _received.AsSpan(0, _part);
        for (var rank = 1; rank < _ranks.Count; rank++)
            TensorPrimitives.Add<float>(sum, _received.AsSpan(rank * _part, _part), sum);
        TensorPrimitives.Divide(sum, _ranks.Count, sum);
        _ranks.Gather(MemoryMarshal.AsBytes(sum), MemoryMarshal.AsBytes(_bucket.AsSpan()));
    }
}
