using Octet.Data;
using Octet.Graphs;
using Octet.Lowering;
using Octet.Numerics;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Calibration;

/// <summary>Runs samples through a float graph once and lets an observer see each value that is to be quantized.</summary>
static class Calibrator
{
    /// <param name="graph">The prepared float graph.</param>
    /// <param name="values">What to measure.</param>
    /// <param name="samples">What to run.</param>
    /// <param name="newObserver">Makes an observer of a value; each thread has one for each value, and they are merged at the end.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <exception cref="CalibrationException">A value is not finite, or no sample could be read; the message names the value and the sample.</exception>
    public static CalibrationResult Measure(
        Graph graph, IReadOnlyList<Value> values, ISampleSource samples, Func<Value, IObserver> newObserver,
        SampleRunOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new();
        var session = new Session(graph, options.SessionOptions with { Watched = values.ToHashSet(), ShowsAnyLayout = true });
        var ignored = IgnoredElements.In(graph);
        Watcher[] watchers;
        bool isComplete;
        do
        {
            // Observers that saw a part of a bad sample are of no use; the second time it is known which are bad.
            isComplete = true;
            watchers = [.. Enumerable.Range(0, options.EffectiveThreads(samples.Count)).Select(_ => new Watcher(values, newObserver, ignored))];
            SampleRun.ForEach(samples, "calibrate", options, (worker, index, sample) =>
            {
                var watcher = watchers[worker];
                watcher.Begin(options.FirstSample + index, sample);
                session.Run(sample.Inputs, watcher, _ => { });
                if (watcher.Problem is not { } problem) return;

                var told = CalibrationException.NotFinite(problem.Value.Name, sample.Name, problem.What, NonFiniteSearch.Describe(graph, sample, ignored));
                if (!samples.Skip(index, told.Message)) throw told;
                isComplete = false;
            }, cancel);
        }
        while (!isComplete);
        var seen = samples.Count - samples.Skipped.Count;
        if (seen == 0) throw CalibrationException.NothingSeen();

        foreach (var other in watchers.Skip(1)) watchers[0].Merge(other);
        return new(watchers[0].Observers, seen);
    }

    sealed class Watcher(IReadOnlyList<Value> values, Func<Value, IObserver> newObserver, IReadOnlyDictionary<Value, IgnoredElements> ignored) : IValueWatcher
    {
        /// <summary>Between which constants operators hold what they make.</summary>
        readonly Dictionary<Value, ValueRange> _limits = values
            .Where(value => value.Producer?.Limits is not null)
            .ToDictionary(value => value, value => value.Producer!.Limits!.Value);

        int _index;
        int _batch;

        public Dictionary<Value, IObserver> Observers { get; } = values.ToDictionary(value => value, newObserver);

        /// <summary>What was wrong with the sample, and in which value first; what came after it was not observed.</summary>
        public (Value Value, string What)? Problem { get; private set; }

        public void Begin(int index, Sample sample)
        {
            _index = index;
            Problem = null;
            _batch = sample.Inputs.Values.First().Shape is { Rank: > 0 } shape ? shape[0] : 1;
        }

        public void See(Value value, Tensor tensor)
        {
            if (Problem is not null) return;
            var observer = Observers[value];
            // Extremes that have met both limits of their operator stay as they are; not to look again saves most of what observing costs.
            if (observer is MinMaxObserver && _limits.TryGetValue(value, out var limits) && observer.Range == limits) return;
            try
            {
                // Item by item, so that samples in batches give what single samples give.
                var length = _batch > 1 && tensor.Shape.Rank > 0 && tensor.Shape[0] == _batch ? tensor.Length / _batch : tensor.Length;
                var item = length < tensor.Length ? tensor.Shape.With(0, 1) : tensor.Shape;
                var rows = ignored.GetValueOrDefault(value);
                for (var start = 0; start < tensor.Length; start += length)
                {
                    var elements = tensor.Floats.Slice(start, length);
                    observer.Observe(rows is null ? elements : rows.Raised(elements, item), _index);
                }
            }
            catch (CalibrationException problem) when (problem.IsNotFinite)
            {
                Problem = (value, problem.Message);
            }
        }

        public void Merge(Watcher other)
        {
            foreach (var (value, observer) in other.Observers) Observers[value].Merge(observer);
        }
    }
}

/// <summary>What a calibration run measured.</summary>
/// <param name="Observers">The merged observer of each value.</param>
/// <param name="Samples">How many samples were seen.</param>
sealed record CalibrationResult(IReadOnlyDictionary<Value, IObserver> Observers, int Samples);
