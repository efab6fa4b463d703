using Spectre.Console;

namespace Octet.Cli;

/// <summary>Progress for someone who watches: a bar for each step with the time left, added when the step first reports.</summary>
sealed class ProgressBars : IProgress<StepProgress>
{
    readonly ProgressContext _context;
    readonly Dictionary<string, ProgressTask> _bars = [];
    readonly Lock _lock = new();

    ProgressBars(ProgressContext context) => _context = context;

    public static T Show<T>(IAnsiConsole console, Func<IProgress<StepProgress>, T> work) => console.Progress()
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
            new ElapsedTimeColumn(), new RemainingTimeColumn())
        .Start(context => work(new ProgressBars(context)));

    public void Report(StepProgress value)
    {
        lock (_lock)
        {
            if (!_bars.TryGetValue(value.Step, out var bar)) _bars[value.Step] = bar = _context.AddTask(Markup.Escape(value.Step));
            bar.MaxValue = Math.Max(1, value.Total);
            bar.Value = Math.Max(bar.Value, value.Total == 0 ? 1 : value.Done);
        }
    }
}
