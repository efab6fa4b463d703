namespace Octet.Cluster;

/// <summary>The processes that <c>mpirun</c> or <c>srun</c> started, on one machine or many.</summary>
sealed class MpiRanks : IRankGroup
{
    readonly MpiLibrary _mpi;

    /// <summary>So that the process does not end in the middle of what another thread has begun.</summary>
    readonly Lock _calls = new();

    bool _isOver;

    public MpiRanks(MpiLibrary mpi)
    {
        _mpi = mpi;
        mpi.Begin();
        (Rank, Count) = (mpi.Rank(), mpi.Count());
    }

    public int Rank { get; }

    public int Count { get; }

    public void Broadcast(Span<byte> bytes, int root)
    {
        Meet();
        lock (_calls) _mpi.Broadcast(bytes, root);
    }

    public void Gather(ReadOnlySpan<byte> own, Span<byte> all)
    {
        Meet();
        lock (_calls) _mpi.Gather(own, all);
    }

    public void Trade(ReadOnlySpan<byte> blocks, Span<byte> received)
    {
        Meet();
        lock (_calls) _mpi.Trade(blocks, received, Count);
    }

    public void Abort(int exitCode)
    {
        lock (_calls)
        {
            _isOver = true;
            _mpi.Abort(exitCode);
        }
    }

    public void Dispose()
    {
        if (_isOver) return;
        Meet();
        lock (_calls) _mpi.End();
        _isOver = true;
    }

    /// <summary>Waits for all ranks in small naps: calls of MPI wait busily, and one rank may work for minutes while others wait.</summary>
    void Meet()
    {
        nint barrier;
        lock (_calls) barrier = _mpi.BeginBarrier();
        for (var wait = new SpinWait(); ; wait.SpinOnce())
        {
            lock (_calls)
            {
                if (_mpi.HasEnded(ref barrier)) return;
            }
        }
    }
}
