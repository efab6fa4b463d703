using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Octet.Cli;

/// <summary>Progress for someone who watches: a bar for each step with the time left, added when the step first reports. A finished bar
/// keeps the time that its step took; what follows a step without a bar of its own is shown as work that goes on.</summary>
sealed class ProgressBars : IProgress<StepProgress>
{
    /// <summary>A pause between steps that is shorter needs no bar.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly ProgressContext _context;
    readonly Dictionary<string, ProgressTask> _bars = [];
    readonly Lock _lock = new();
    ProgressTask? _pause;
    string _lastStep = "";

    ProgressBars(ProgressContext context) => _context = context;

    public static T Show<T>(IAnsiConsole console, Func<IProgress<StepProgress>, T> work) => console.Progress()
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new TimeColumn())
        .Start(context =>
        {
            var bars = new ProgressBars(context);
            using var clock = new Timer(_ => bars.ShowPause(), null, Patience, Patience);
            var result = work(bars);
            bars.EndPause();
            return result;
        });

    public void Report(StepProgress value)
    {
        lock (_lock)
        {
            EndPause();
            _lastStep = value.Step;
            if (!_bars.TryGetValue(value.Step, out var bar)) _bars[value.Step] = bar = _context.AddTask(Markup.Escape(value.Step));
            bar.MaxValue = Math.Max(1, value.Total);
            bar.Value = Math.Max(bar.Value, value.Total == 0 ? 1 : value.Done);
            if (bar.Value >= bar.MaxValue) bar.StopTask();
        }
    }

    /// <summary>What is done while no step reports has a bar without an end.</summary>
    void ShowPause()
    {
        lock (_lock)
        {
            if (_pause is not null || _bars.Values.Any(bar => !bar.IsFinished)) return;
            _pause = _context.AddTask(Markup.Escape(_lastStep.Length == 0 ? "read the model" : $"after '{_lastStep}'"));
            _pause.IsIndeterminate = true;
        }
    }

    void EndPause()
    {
        lock (_lock)
        {
            if (_pause is not { } pause) return;
            _pause = null;
            pause.IsIndeterminate = false;
            pause.Value = pause.MaxValue;
            pause.StopTask();
        }
    }

    /// <summary>What the numbers are: <c>took 4 s</c>, or <c>3 s, 12 s left</c>.</summary>
    sealed class TimeColumn : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var passed = Words(task.ElapsedTime ?? TimeSpan.Zero);
            return new Text(task.IsFinished ? $"took {passed}"
                : task.IsIndeterminate || task.RemainingTime is not { } left ? passed : $"{passed}, {Words(left)} left");
        }

        static string Words(TimeSpan time) => time.TotalSeconds < 60
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F0} s")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s");
    }
}
