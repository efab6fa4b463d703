using Octet.Data;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Calibration;

/// <summary>Runs samples through float graphs once and lets an observer see each value that is to be measured.</summary>
static class Calibrator
{
    /// <summary>Measures values of one graph; see the other overload.</summary>
    /// <param name="graph">The prepared float graph.</param>
    /// <param name="values">What to measure.</param>
    /// <param name="samples">What to run.</param>
    /// <param name="newObserver">Makes an observer of a value; each thread has one for each value, and they are merged at the end.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <exception cref="CalibrationException">A value is not finite, or no sample could be read; the message names the value and the
    /// sample.</exception>
    public static CalibrationResult Measure(
        Graph graph, IReadOnlyList<Value> values, ISampleSource samples, Func<Value, IObserver> newObserver,
        SampleRunOptions? options = null, CancellationToken cancel = default) =>
        Measure([new(graph, values, newObserver)], samples, options, cancel)[0];

    /// <summary>Measures values of several graphs with the same inputs in one pass: each sample is loaded once.</summary>
    /// <returns>What was measured of each graph, in their order.</returns>
    public static IReadOnlyList<CalibrationResult> Measure(
        IReadOnlyList<MeasuredGraph> graphs, ISampleSource samples, SampleRunOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new();
        if (options.Ranks.Count > 1) return SharedMeasurement.Measure(graphs, samples, options, cancel);
        var observers = Observe(graphs, samples, options, cancel);
        var seen = samples.Count - samples.Skipped.Count;
        if (seen == 0) throw CalibrationException.AllSkipped(samples.Skipped);
        return [.. observers.Select(own => new CalibrationResult(own, seen))];
    }

    /// <summary>What the observers of each graph see of samples, which may all be skipped.</summary>
    internal static IReadOnlyList<Dictionary<Value, IObserver>> Observe(
        IReadOnlyList<MeasuredGraph> graphs, ISampleSource samples, SampleRunOptions options, CancellationToken cancel)
    {
        var runners = graphs.Select(measured => options.Open(measured.Graph, measured.Values, inAnyLayout: !measured.ByChannel)).ToArray();
        var ignored = graphs.Select(measured => IgnoredElements.In(measured.Graph)).ToArray();
        Watcher[][] watchers;
        bool isComplete;
        do
        {
            // Observers that saw a part of a bad sample are of no use; the second time it is known which are bad.
            isComplete = true;
            watchers = [.. Enumerable.Range(0, options.EffectiveThreads(samples.Count))
                .Select(_ => graphs.Zip(ignored, (measured, elements) => new Watcher(measured, elements)).ToArray())];
            SampleRun.ForEach(samples, "calibrate", options, (worker, index, sample) =>
            {
                for (var i = 0; i < runners.Length; i++)
                {
                    var watcher = watchers[worker][i];
                    watcher.Begin(options.FirstSample + index, sample);
                    foreach (var (value, tensor) in runners[i].Watch(sample.Inputs)) watcher.See(value, tensor);
                    if (watcher.Problem is not { } problem) continue;

                    var told = CalibrationException.NotFinite(problem.Value.Name, sample.Name, problem.What,
                        NonFiniteSearch.Describe(graphs[i].Graph, sample, ignored[i], options));
                    if (!samples.Skip(index, told.Message)) throw told;
                    isComplete = false;
                    return;
                }
            }, cancel);
        }
        while (!isComplete);

        foreach (var other in watchers.Skip(1))
        {
            for (var i = 0; i < runners.Length; i++) watchers[0][i].Merge(other[i]);
        }
        return [.. watchers[0].Select(watcher => watcher.Observers)];
    }

    sealed class Watcher(MeasuredGraph measured, IReadOnlyDictionary<Value, IgnoredElements> ignored)
    {
        /// <summary>Between which constants operators hold what they make.</summary>
        readonly Dictionary<Value, ValueRange> _limits = measured.Values
            .Where(value => value.Producer?.Limits is not null)
            .ToDictionary(value => value, value => value.Producer!.Limits!.Value);

        int _index;
        int _batch;

        public Dictionary<Value, IObserver> Observers { get; } = measured.Values.ToDictionary(value => value, measured.NewObserver);

        /// <summary>What was wrong with the sample, and in which value first; what came after it was not observed.</summary>
        public (Value Value, string What)? Problem { get; private set; }

        public void Begin(int index, Sample sample)
        {
            _index = index;
            Problem = null;
            _batch = sample.Inputs.Values.FirstOrDefault()?.Shape is { Rank: > 0 } shape ? shape[0] : 1;
        }

        public void See(Value value, Tensor tensor)
        {
            if (Problem is not null) return;
            var observer = Observers[value];
            // Extremes that have met both limits of their operator stay as they are; not to look again saves most of what observing costs.
            ValueRange? limits = _limits.TryGetValue(value, out var both) ? both : null;
            if (observer.Range == limits && ObserverSet.SeesExtremesAlone(observer)) return;
            try
            {
                Show(observer, tensor, ignored.GetValueOrDefault(value), limits);
            }
            catch (CalibrationException problem) when (problem.IsNotFinite)
            {
                Problem = (value, problem.Message);
            }
        }

        void Show(IObserver observer, Tensor tensor, IgnoredElements? rows, ValueRange? limits)
        {
            switch (observer)
            {
                case ObserverSet set:
                    foreach (var member in set.Observers.Values) Show(member, tensor, rows, limits);
                    break;
                case ChannelExtremesObserver channels:
                    channels.Observe(tensor);
                    break;
                default:
                    ShowItems(observer, tensor, rows, limits);
                    break;
            }
        }

        /// <summary>Item by item, so that samples in batches give what single samples give.</summary>
        void ShowItems(IObserver observer, Tensor tensor, IgnoredElements? rows, ValueRange? limits)
        {
            var length = _batch > 1 && tensor.Shape.Rank > 0 && tensor.Shape[0] == _batch ? tensor.Length / _batch : tensor.Length;
            var item = length < tensor.Length ? tensor.Shape.With(0, 1) : tensor.Shape;
            for (var start = 0; start < tensor.Length; start += length)
            {
                ReadOnlySpan<float> elements = tensor.Floats.Slice(start, length);
                if (rows is not null) elements = rows.Raised(elements, item);
                if (observer.Range == limits && observer is HistogramObserver histogram) histogram.ObserveWithinRange(elements);
                else observer.Observe(elements, _index);
            }
        }

        public void Merge(Watcher other)
        {
            foreach (var (value, observer) in other.Observers) Observers[value].Merge(observer);
        }
    }
}

/// <summary>What is measured of one graph.</summary>
/// <param name="Graph">A prepared float graph.</param>
/// <param name="Values">The values to watch.</param>
/// <param name="NewObserver">Makes an observer of a value; each thread has one for each value.</param>
/// <param name="ByChannel">Whether observers need to know how elements divide into channels, so that images must be shown as the graph has
/// them.</param>
sealed record MeasuredGraph(Graph Graph, IReadOnlyList<Value> Values, Func<Value, IObserver> NewObserver, bool ByChannel = false)
{
    /// <summary>The statistics of each value, by one observer for all of them.</summary>
    public static MeasuredGraph Of(Graph graph, IReadOnlyDictionary<Value, Statistic[]> statistics) => new(
        graph, [.. statistics.Keys], value => new ObserverSet(statistics[value]),
        statistics.Values.Any(asked => asked.Any(statistic => statistic is Statistic.ChannelExtremes)));
}

/// <summary>What a calibration run measured.</summary>
/// <param name="Observers">The merged observer of each value.</param>
/// <param name="Samples">How many samples were seen.</param>
sealed record CalibrationResult(IReadOnlyDictionary<Value, IObserver> Observers, int Samples);
