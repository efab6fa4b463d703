using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Octet.Kernels;

/// <summary>Work that several threads can share: so many parts, in any order, each on its own.</summary>
interface ISharedWork
{
    void RunPart(int part, int parts);
}

/// <summary>
/// Threads that help with one piece of work at a time, for a single sample to be done sooner. One team serves the whole process; who finds
/// it busy works alone.
/// </summary>
/// <remarks>
/// The caller takes part itself and waits only for parts that another thread has begun, so on a machine whose processors are busy
/// elsewhere it does nearly all of them, and loses little. Helpers that find nothing to do look again for as long as a layer of a network
/// takes, giving way to other threads, and then sleep. Nothing is allocated once the threads run.
/// </remarks>
sealed class WorkTeam
{
    /// <summary>How long a helper looks for more before it sleeps: longer than the work between two layers, shorter than anybody
    /// notices.</summary>
    static readonly long PatienceTicks = Stopwatch.Frequency / 5000;

    readonly object _sleep = new();
    int _isBusy;
    int _helpers;
    int _sleepers;

    /// <summary>How many of the helpers may take part in the work at hand.</summary>
    int _invited;

    ISharedWork? _work;
    Exception? _failure;
    int _parts;

    /// <summary>Parts not yet taken; negative where helpers asked in vain.</summary>
    int _untaken;

    /// <summary>Parts that are not done.</summary>
    int _undone;

    public static WorkTeam Shared { get; } = new();

    /// <summary>Does all parts; several at a time if helpers are free.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="parts">One or more.</param>
    /// <param name="threads">How many threads to use at most, that of the caller included.</param>
    public void Run(ISharedWork work, int parts, int threads)
    {
        if (parts == 1 || threads == 1 || Interlocked.Exchange(ref _isBusy, 1) == 1)
        {
            for (var part = 0; part < parts; part++) work.RunPart(part, parts);
            return;
        }
        try
        {
            Invite(Math.Min(threads, parts) - 1);
            (_work, _parts, _failure) = (work, parts, null);
            Volatile.Write(ref _undone, parts);
            // From here on helpers may take parts: a part that is taken is one of this work, for it is not over before the part is done.
            Interlocked.Exchange(ref _untaken, parts);
            if (Volatile.Read(ref _sleepers) > 0)
            {
                lock (_sleep) Monitor.PulseAll(_sleep);
            }

            while (TryRunPart()) { }
            for (var wait = new SpinWait(); Volatile.Read(ref _undone) > 0;) wait.SpinOnce(sleep1Threshold: -1);
            if (_failure is not null) ExceptionDispatchInfo.Throw(_failure);
        }
        finally
        {
            _work = null;
            Volatile.Write(ref _isBusy, 0);
        }
    }

    bool TryRunPart()
    {
        if (Volatile.Read(ref _untaken) <= 0) return false;
        var part = Interlocked.Decrement(ref _untaken);
        if (part < 0) return false;
        try
        {
            _work!.RunPart(part, _parts);
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
        Interlocked.Decrement(ref _undone);
        return true;
    }

    void Invite(int helpers)
    {
        Volatile.Write(ref _invited, helpers);
        for (; _helpers < helpers; _helpers++)
        {
            var number = _helpers;
            new Thread(() => Help(number)) { IsBackground = true, Name = $"Octet helper {number}" }.Start();
        }
    }

    void Help(int number)
    {
        while (true)
        {
            var wait = new SpinWait();
            for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetTimestamp() - begin < PatienceTicks;)
            {
                if (number >= Volatile.Read(ref _invited) || !TryRunPart()) wait.SpinOnce(sleep1Threshold: -1);
                else (begin, wait) = (Stopwatch.GetTimestamp(), new());
            }
            lock (_sleep)
            {
                Interlocked.Increment(ref _sleepers);
                // Work that came before this thread was counted as asleep would not wake it.
                if (Volatile.Read(ref _untaken) <= 0 || number >= Volatile.Read(ref _invited)) Monitor.Wait(_sleep);
                Interlocked.Decrement(ref _sleepers);
            }
        }
    }
}
