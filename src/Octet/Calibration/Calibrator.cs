using Octet.Data;
using Octet.Graphs;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Calibration;

/// <summary>Runs samples through a float graph once and lets an observer see each value that is to be quantized.</summary>
public static class Calibrator
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
        var session = new Session(graph, new() { Watched = values.ToHashSet() });
        var watchers = Enumerable.Range(0, options.EffectiveThreads(samples.Count)).Select(_ => new Watcher(values, newObserver)).ToArray();

        SampleRun.ForEach(samples, "calibrate", options, (worker, index, sample) =>
        {
            watchers[worker].Begin(index, sample.Name);
            session.Run(sample.Inputs, watchers[worker], _ => { });
        }, cancel);
        var seen = samples.Count - samples.Skipped.Count;
        if (seen == 0) throw CalibrationException.NothingSeen();

        foreach (var other in watchers.Skip(1)) watchers[0].Merge(other);
        return new(watchers[0].Observers, seen);
    }

    sealed class Watcher(IReadOnlyList<Value> values, Func<Value, IObserver> newObserver) : IValueWatcher
    {
        int _index;
        string _sample = "";

        public Dictionary<Value, IObserver> Observers { get; } = values.ToDictionary(value => value, newObserver);

        public void Begin(int index, string sample)
        {
            _index = index;
            _sample = sample;
        }

        public void See(Value value, Tensor tensor)
        {
            try
            {
                Observers[value].Observe(tensor.Floats, _index);
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
public sealed record CalibrationResult(IReadOnlyDictionary<Value, IObserver> Observers, int Samples);
