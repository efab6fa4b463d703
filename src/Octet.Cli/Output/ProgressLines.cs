namespace Octet.Cli;

/// <summary>Progress as plain lines, for logs: when a step begins, at each tenth, and when it ends.</summary>
sealed class ProgressLines(TextWriter writer) : IProgress<StepProgress>
{
    const int LinesPerStep = 10;

    readonly Lock _lock = new();
    readonly Dictionary<string, int> _written = [];

    public void Report(StepProgress value)
    {
        var tenth = value.Total == 0 ? LinesPerStep : (int)((long)value.Done * LinesPerStep / value.Total);
        lock (_lock)
        {
            // Threads may report in another order than they counted.
            if (_written.TryGetValue(value.Step, out var last) && tenth <= last) return;
            _written[value.Step] = tenth;
            writer.WriteLine($"{value.Step}: {value.Done} of {value.Total}");
        }
    }
}
