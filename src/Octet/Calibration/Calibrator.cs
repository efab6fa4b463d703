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
        var session = new Session(graph, new() { Watched = values.ToHashSet(), ShowsAnyLayout = true });
        var watchers = Enumerable.Range(0, options.EffectiveThreads(samples.Count)).Select(_ => new Watcher(values, newObserver)).ToArray();

        SampleRun.ForEach(samples, "calibrate", options, (worker, index, sample) =>
        {
            watchers[worker].Begin(options.FirstSample + index, sample);
            session.Run(sample.Inputs, watchers[worker], _ => { });
        }, cancel);
        var seen = samples.Count - samples.Skipped.Count;
        if (seen == 0) throw CalibrationException.NothingSeen();

        foreach (var other in watchers.Skip(1)) watchers[0].Merge(other);
        return new(watchers[0].Observers, seen);
    }

    sealed class Watcher(IReadOnlyList<Value> values, Func<Value, IObserver> newObserver) : IValueWatcher
    {
        /// <summary>Between which constants operators hold what they make.</summary>
        readonly Dictionary<Value, ValueRange> _limits = values
            .Where(value => value.Producer?.Limits is not null)
            .ToDictionary(value => value, value => value.Producer!.Limits!.Value);

        int _index;
        int _batch;
        string _sample = "";

        public Dictionary<Value, IObserver> Observers { get; } = values.ToDictionary(value => value, newObserver);

        public void Begin(int index, Sample sample)
        {
            _index = index;
            _sample = sample.Name;
            _batch = sample.Inputs.Values.First().Shape is { Rank: > 0 } shape ? shape[0] : 1;
        }

        public void See(Value value, Tensor tensor)
        {
            var observer = Observers[value];
            // Extremes that have met both limits of their operator stay as they are; not to look again saves most of what observing costs.
            if (observer is MinMaxObserver && _limits.TryGetValue(value, out var limits) && observer.Range == limits) return;
            try
            {
                // Item by item, so that samples in batches give what single samples give.
                var length = _batch > 1 && tensor.Shape.Rank > 0 && tensor.Shape[0] == _batch ? tensor.Length / _batch : tensor.Length;
                for (var start = 0; start < tensor.Length; start += length) observer.Observe(tensor.Floats.Slice(start, length), _index);
            }
            catch (CalibrationException problem)
            {
                throw new CalibrationException($"Value '{value.Name}', sample '{_sample}': {problem.Message}");
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
