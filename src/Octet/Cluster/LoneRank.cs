namespace Octet.Cluster;

/// <summary>One process that works alone: what it has is what all have.</summary>
sealed class LoneRank : IRankGroup
{
    public int Rank => 0;

    public int Count => 1;

    public void Broadcast(Span<byte> bytes, int root) => ArgumentOutOfRangeException.ThrowIfNotEqual(root, 0);

    public void Gather(ReadOnlySpan<byte> own, Span<byte> all) => own.CopyTo(all);

    public void Trade(ReadOnlySpan<byte> blocks, Span<byte> received) => blocks.CopyTo(received);

    /// <summary>There is nobody else to end.</summary>
    public void Abort(int exitCode) { }

    public void Dispose() { }
}
