namespace Octet.Cluster;

/// <summary>Ranks that are threads of this process: what many machines compute can be tried and tested in one.</summary>
/// <remarks>Each member of <see cref="Of"/> belongs to one thread. A thread that fails calls <see cref="IRankGroup.Abort"/>, so that the
/// others do not wait for it.</remarks>
public static class LocalRanks
{
    /// <summary>The ranks of a group, each to be used by a thread of its own.</summary>
    /// <param name="count">How many; at least 1.</param>
    public static IReadOnlyList<IRankGroup> Of(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var room = new Room(count);
        return [.. Enumerable.Range(0, count).Select(rank => new LocalRank(room, rank))];
    }

    /// <summary>Does the same work on each rank, in threads, and gives what each of them made.</summary>
    /// <param name="count">How many ranks.</param>
    /// <param name="work">What a rank does.</param>
    /// <exception cref="Exception">What the first rank that failed threw; the others ended too.</exception>
    internal static T[] Run<T>(int count, Func<IRankGroup, T> work)
    {
        var (results, failures) = (new T[count], new Exception?[count]);
        var threads = Of(count).Select(ranks => new Thread(() =>
        {
            try
            {
                results[ranks.Rank] = work(ranks);
            }
            catch (Exception failure)
            {
                failures[ranks.Rank] = failure;
                ranks.Abort(1);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (failures.OfType<Exception>().OrderBy(failure => failure is ClusterException).FirstOrDefault() is { } first)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        return results;
    }

    /// <summary>Where the ranks meet: each lays down what it has, and all read.</summary>
    sealed class Room(int count) : IDisposable
    {
        readonly Barrier _barrier = new(count);
        readonly CancellationTokenSource _over = new();

        public byte[][] Laid { get; } = new byte[count][];

        public void Meet()
        {
            try
            {
                _barrier.SignalAndWait(_over.Token);
            }
            catch (OperationCanceledException)
            {
                throw new ClusterException("Another rank could not go on, so this one ended too.");
            }
        }

        public void End() => _over.Cancel();

        public void Dispose()
        {
            _barrier.Dispose();
            _over.Dispose();
        }
    }

    sealed class LocalRank(Room room, int rank) : IRankGroup
    {
        public int Rank => rank;

        public int Count => room.Laid.Length;

        public void Broadcast(Span<byte> bytes, int root)
        {
            Lay(rank == root ? bytes : []);
            if (rank != root) room.Laid[root].CopyTo(bytes);
            room.Meet();
        }

        public void Gather(ReadOnlySpan<byte> own, Span<byte> all)
        {
            Lay(own);
            for (var other = 0; other < Count; other++) room.Laid[other].CopyTo(all[(other * own.Length)..]);
            room.Meet();
        }

        public void Trade(ReadOnlySpan<byte> blocks, Span<byte> received)
        {
            Lay(blocks);
            var length = blocks.Length / Count;
            for (var other = 0; other < Count; other++)
                room.Laid[other].AsSpan(rank * length, length).CopyTo(received[(other * length)..]);
            room.Meet();
        }

        public void Abort(int exitCode) => room.End();

        public void Dispose() { }

        /// <summary>When all have laid down theirs, all can read; when all have read, the next can begin.</summary>
        void Lay(ReadOnlySpan<byte> bytes)
        {
            room.Laid[rank] = bytes.ToArray();
            room.Meet();
        }
    }
}
