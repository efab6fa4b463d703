namespace Octet.Cluster;

/// <summary>
/// Processes that do one job together: each takes its share of the samples, and rank 0 talks and writes. All of them call the same members
/// in the same order; each call waits until all have come.
/// </summary>
/// <remarks>For one thread of the caller at a time.</remarks>
public interface IRankGroup : IDisposable
{
    /// <summary>Which of the processes this is, 0..<see cref="Count"/> − 1.</summary>
    int Rank { get; }

    /// <summary>How many processes there are; 1 where one works alone.</summary>
    int Count { get; }

    /// <summary>Gives bytes of one rank to all.</summary>
    /// <param name="bytes">Of the same length everywhere; on other ranks than <paramref name="root"/> they are overwritten.</param>
    /// <param name="root">The rank that has them.</param>
    void Broadcast(Span<byte> bytes, int root);

    /// <summary>Gives what each rank has to all.</summary>
    /// <param name="own">Of the same length everywhere.</param>
    /// <param name="all">Receives that of all ranks, in their order.</param>
    void Gather(ReadOnlySpan<byte> own, Span<byte> all);

    /// <summary>Gives each rank another block of bytes.</summary>
    /// <param name="blocks">A block for each rank, in their order, all of the same length.</param>
    /// <param name="received">Receives the block that each rank has for this one, in their order.</param>
    void Trade(ReadOnlySpan<byte> blocks, Span<byte> received);

    /// <summary>Ends all processes at once, because this one cannot go on.</summary>
    /// <param name="exitCode">What the job ends with.</param>
    void Abort(int exitCode);
}
