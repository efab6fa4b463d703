namespace Octet.Running;

/// <summary>
/// The memory of all runs of a session: one budget for all plans, all graphs inside nodes, and all threads together. It keeps buffers that
/// are idle for the next run, and gives up those that were not used for longest when others need the room. For several threads.
/// </summary>
/// <param name="max">How many bytes may be taken at once.</param>
sealed class BufferStore(long max)
{
    /// <summary>Idle buffers of other shapes are kept up to here, or up to twice what is wanted: a loop whose values grow leaves one set
    /// behind each time.</summary>
    const long MaxIdle = 64 << 20;

    /// <summary>After so much was given up the collector runs: by itself it puts off the collection of large arrays until several times of
    /// what is alive has gathered.</summary>
    const long MaxGarbage = 256 << 20;

    readonly Lock _lock = new();

    /// <summary>The one that was not used for longest comes first.</summary>
    readonly LinkedList<Execution> _idle = [];

    long _taken;
    long _idleBytes;
    long _garbage;

    /// <summary>Buffers for a plan, used before or new.</summary>
    /// <exception cref="MemoryLimitException">There is no room for them.</exception>
    public Execution Rent(ExecutionPlan plan)
    {
        lock (_lock)
        {
            if (plan.Idle.TryPop(out var known))
            {
                _idle.Remove(known);
                _idleBytes -= plan.Bytes;
                return known.Value;
            }
            while (_idle.First is { } oldest && _idleBytes > Math.Max(MaxIdle, 2 * plan.Bytes)) GiveUp(oldest.Value);
        }
        Reserve(plan.Bytes, $"The values of graph '{plan.Lowered.Graph.Name}', with those of other runs,");
        return new(plan);
    }

    /// <summary>Takes back what <see cref="Rent"/> gave.</summary>
    public void Return(Execution execution)
    {
        lock (_lock)
        {
            var plan = execution.Plan;
            if (plan.IsForgotten)
            {
                _taken -= plan.Bytes;
                _garbage += plan.Bytes;
                return;
            }
            _idle.AddLast(execution.Place);
            plan.Idle.Push(execution.Place);
            _idleBytes += plan.Bytes;
        }
    }

    /// <summary>Gives up the idle buffers of a plan, and those in use as they come back.</summary>
    public void Forget(ExecutionPlan plan)
    {
        lock (_lock)
        {
            plan.IsForgotten = true;
            while (plan.Idle.TryPeek(out var idle)) GiveUp(idle.Value);
        }
    }

    /// <summary>Counts memory that is about to be taken.</summary>
    /// <exception cref="MemoryLimitException">There is no room for it.</exception>
    public void Reserve(long bytes, string what)
    {
        bool collects;
        lock (_lock)
        {
            while (_taken + bytes > max && _idle.First is { } oldest) GiveUp(oldest.Value);
            MemoryLimitException.ThrowIfAbove(max, _taken + bytes, what);
            _taken += bytes;
            if (collects = _garbage > MaxGarbage) _garbage = 0;
        }
        if (collects) GC.Collect();
    }

    /// <summary>Counts memory that was let go.</summary>
    public void Release(long bytes)
    {
        lock (_lock)
        {
            _taken -= bytes;
            _garbage += bytes;
        }
    }

    void GiveUp(Execution execution)
    {
        var plan = execution.Plan;
        _idle.Remove(execution.Place);
        plan.Idle.Remove(execution.Place);
        _idleBytes -= plan.Bytes;
        _taken -= plan.Bytes;
        _garbage += plan.Bytes;
    }
}

/// <summary>A stack from which anything can be taken out.</summary>
sealed class IdleExecutions
{
    readonly List<LinkedListNode<Execution>> _items = [];

    public void Push(LinkedListNode<Execution> execution) => _items.Add(execution);

    public bool TryPeek(out LinkedListNode<Execution> execution)
    {
        execution = _items.Count > 0 ? _items[^1] : null!;
        return _items.Count > 0;
    }

    public bool TryPop(out LinkedListNode<Execution> execution)
    {
        if (!TryPeek(out execution)) return false;
        _items.RemoveAt(_items.Count - 1);
        return true;
    }

    public void Remove(LinkedListNode<Execution> execution) => _items.Remove(execution);
}
