using System.Diagnostics;

namespace Octet.Fuzz;

/// <summary>Ends the program when one input takes too long: a thread that does not come back cannot be stopped otherwise.</summary>
sealed class Watchdog : IDisposable
{
    /// <summary>What tells a caller that an input took too long.</summary>
    public const int ExitCode = 3;

    /// <summary>Of processor time, so that a busy machine is not blamed on the input.</summary>
    static readonly TimeSpan MaxProcessorTime = TimeSpan.FromSeconds(20);

    /// <summary>Of plain time, for inputs that wait.</summary>
    static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(10);

    readonly Timer _timer;
    readonly Action<string> _tell;
    readonly Lock _lock = new();
    string? _current;
    TimeSpan _processorTime;
    long _started;

    /// <param name="tell">Gets a sentence before the program ends.</param>
    public Watchdog(Action<string> tell)
    {
        _tell = tell;
        _timer = new(_ => Look(), null, 1000, 1000);
    }

    /// <summary>Begins with the next input.</summary>
    public void Begin(string input)
    {
        lock (_lock) (_current, _processorTime, _started) = (input, Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
    }

    public void Dispose() => _timer.Dispose();

    void Look()
    {
        lock (_lock)
        {
            if (_current is null
                    || (Environment.CpuUsage.TotalTime - _processorTime < MaxProcessorTime && Stopwatch.GetElapsedTime(_started) < MaxTime))
                return;
            _tell($"{_current}: takes more than {MaxProcessorTime.TotalSeconds} s of processor time");
        }
        Environment.Exit(ExitCode);
    }
}
