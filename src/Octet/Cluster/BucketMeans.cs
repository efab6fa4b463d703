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
        foreach (var pieces in BucketsOf(tensors))
        {
            foreach (var piece in pieces) piece.Elements.CopyTo(_bucket.AsSpan(piece.Place));
            _bucket.AsSpan(pieces[^1].Place + pieces[^1].Count).Clear();
            AverageBucket();
            foreach (var piece in pieces) _bucket.AsSpan(piece.Place, piece.Count).CopyTo(piece.Elements);
        }
    }

    /// <summary>Which pieces of the tensors, one after another, fill each bucket; the last one is not full.</summary>
    IEnumerable<List<Piece>> BucketsOf(IReadOnlyList<Tensor> tensors)
    {
        var (pieces, filled) = (new List<Piece>(), 0);
        foreach (var tensor in tensors)
        {
            for (var start = 0; start < tensor.Length;)
            {
                var count = Math.Min(tensor.Length - start, _bucket.Length - filled);
                pieces.Add(new(tensor, start, count, filled));
                (start, filled) = (start + count, filled + count);
                if (filled < _bucket.Length) continue;
                yield return pieces;
                (pieces, filled) = ([], 0);
            }
        }
        if (filled > 0) yield return pieces;
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

    /// <summary>Neighbouring elements of a tensor, and where in a bucket they lie.</summary>
    readonly record struct Piece(Tensor Tensor, int Start, int Count, int Place)
    {
        public Span<float> Elements => Tensor.Floats.Slice(Start, Count);
    }
}
