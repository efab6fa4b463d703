using System.Runtime.InteropServices;

namespace Octet.Cluster;

/// <summary>What ranks exchange beyond blocks of equal length: results of any length, and sums whose bits do not depend on the library or
/// the network.</summary>
static class RankSums
{
    /// <summary>What each rank has, of any length, in the order of ranks.</summary>
    public static byte[][] GatherAll(this IRankGroup ranks, byte[] own)
    {
        var lengths = new int[ranks.Count];
        ranks.Gather(MemoryMarshal.AsBytes<int>([own.Length]), MemoryMarshal.AsBytes(lengths.AsSpan()));
        var all = Array.ConvertAll(lengths, length => new byte[length]);
        all[ranks.Rank] = own;
        for (var rank = 0; rank < all.Length; rank++) ranks.Broadcast(all[rank], rank);
        return all;
    }

    /// <summary>Gives bytes of any length from rank 0 to all.</summary>
    /// <param name="ranks">The group.</param>
    /// <param name="own">What rank 0 has; null, and whatever other ranks have, counts for nothing.</param>
    /// <returns>What rank 0 has; null where it has nothing.</returns>
    public static byte[]? FromFirst(this IRankGroup ranks, byte[]? own)
    {
        Span<int> length = [own?.Length ?? -1];
        ranks.Broadcast(MemoryMarshal.AsBytes(length), root: 0);
        if (length[0] < 0) return null;
        var bytes = ranks.Rank == 0 ? own! : new byte[length[0]];
        ranks.Broadcast(bytes, root: 0);
        return bytes;
    }

    /// <summary>The sum of a number over all ranks, added in their order.</summary>
    public static double Sum(this IRankGroup ranks, double own)
    {
        if (ranks.Count == 1) return own;
        var all = new double[ranks.Count];
        ranks.Gather(MemoryMarshal.AsBytes<double>([own]), MemoryMarshal.AsBytes(all.AsSpan()));
        return all.Sum();
    }
}
